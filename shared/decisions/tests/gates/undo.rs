//! What was written by itself is taken back, and its gate does not judge that.

use contracts::{
    AuditRecord, Cause, DecisionDraft, DecisionId, EventId, FieldChange, Function, Subject, Undo,
};
use crm::{Author, PersonId};
use decisions::gates::{undo, undoable};
use model::Revision;

use super::*;

fn text(value: &str) -> Option<Value> {
    Some(Value::Text(value.to_owned()))
}

/// What a step of a deviation wrote on Sunday: a move that lacked nothing then.
fn wrote() -> Vec<FieldChange> {
    let change = |field: &str, to: &str, only_if| FieldChange {
        field: field.to_owned(),
        to: text(to),
        only_if,
    };
    vec![
        change("stage", "lost", text("sql")),
        change("loss_reason", "no_decision", None),
    ]
}

fn asked(by: &str) -> Undo {
    Undo {
        decision: DecisionId::of(Function::DeviationWatch, &EventId::of(&["a tick"])),
        wrote: wrote(),
        by: PersonId::new(by),
        reason: "they have answered".to_owned(),
    }
}

/// A deal that lacks all that sql needs, and was moved to lost by us.
fn lost() -> testkit::Growing {
    opportunity("1", at("2026-11-20T09:00:00Z"))
        .owner("anna")
        .text("loss_reason", "no_decision")
        .stage("lost", at("2026-11-22T09:00:00Z"))
}

fn stands(stage: &str) -> GateState {
    GateState {
        stage: stage.to_owned(),
        ..discovery()
    }
}

#[test]
fn what_was_written_is_taken_back_in_one_write_and_its_gate_lets_it_stand() {
    let before = stands("lost");
    let rules = example_rules();
    let (after, draft) = undo(
        &rules,
        (&lost().build(), Some(&before)),
        &asked("jonas"),
        monday(),
    );
    assert_eq!(
        draft.outcome,
        "taken back by jonas: stage to sql, loss_reason to empty"
    );
    let back: Vec<FieldChange> = wrote().iter().map(FieldChange::back).collect();
    assert_eq!(
        draft.emits,
        [EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set: back }
        }]
    );
    let gate = after.expect("the gate knows");
    assert_eq!(gate.stage, "lost", "until the CRM shows it");

    let mut shown = opportunity("1", at("2026-11-20T09:00:00Z"))
        .owner("anna")
        .stage("lost", at("2026-11-22T09:00:00Z"))
        .stage("sql", monday())
        .build();
    let newest = |record: &mut Record, by: Author| {
        let history = record.history.get_mut("stage").expect("a history");
        history[0].by = by;
    };
    newest(&mut shown, Author::App("fairlead".to_owned()));
    let passed = gated(&shown, Some(&gate)).expect("a decision");
    assert_eq!(&names(&passed)[..3], PASSED);
    assert_eq!(
        (passed.gate.stage.as_str(), passed.gate.undoing),
        ("sql", None)
    );
    let note = passed.draft.reasons[0].note.clone().unwrap_or_default();
    assert!(
        note.starts_with("jonas has taken an automatic move back"),
        "{note}"
    );

    // The same move by a person is judged, and so is ours where nobody took anything back.
    newest(&mut shown, Author::Person(PersonId::new("anna")));
    assert_ne!(
        &names(&gated(&shown, Some(&gate)).expect("a decision"))[..1],
        &PASSED[..1]
    );
    newest(&mut shown, Author::App("fairlead".to_owned()));
    assert_ne!(
        &names(&gated(&shown, Some(&before)).expect("a decision"))[..1],
        &PASSED[..1]
    );
}

#[test]
fn it_is_not_taken_back_from_a_newer_edit_nor_by_whoever_has_nothing_to_do_with_it() {
    let rules = example_rules();
    let not = |record: Record, gate: &GateState, by: &str, why: &str| {
        let (after, draft) = undo(&rules, (&record, Some(gate)), &asked(by), monday());
        assert_eq!((after, draft.emits), (None, vec![]), "{why}");
        assert_eq!(draft.outcome, format!("not taken back: {why}"));
    };
    let (gate, changed) = (stands("lost"), lost().text("loss_reason", "price").build());
    not(
        changed,
        &gate,
        "jonas",
        "loss_reason is price by now, and not no_decision",
    );
    let moved = lost().stage("discovery", monday()).build();
    not(
        moved,
        &gate,
        "jonas",
        "stage is discovery by now, and not lost",
    );
    let stranger =
        "ben neither has the record nor leads whoever has it, and is none of the operators";
    not(lost().build(), &gate, "ben", stranger);
    let early = "its gate has not seen the move yet: ask again in a moment";
    not(lost().build(), &stands("sql"), "jonas", early);
    let mut gone = lost().build();
    gone.archived = true;
    not(gone, &gate, "jonas", "the record is gone");
    let (_, draft) = undo(
        &rules,
        (&lost().build(), Some(&gate)),
        &asked("olga"),
        monday(),
    );
    assert!(
        draft.outcome.starts_with("taken back by olga"),
        "an operator"
    );
}

#[test]
fn what_can_be_taken_back_is_what_was_written_by_itself_and_not_taken_back_yet() {
    let record = lost().build();
    let subject = Subject::Record(record.id.clone());
    let audit = |function, name: &str, draft: DecisionDraft| -> AuditRecord {
        let cause = Cause::command(EventId::of(&[name]), "tick");
        draft.into_audit(
            function,
            subject.clone(),
            &cause,
            1,
            &Revision::default(),
            monday(),
        )
    };
    let step = DecisionDraft {
        outcome: "early_stage_idle: moved to lost".to_owned(),
        emits: vec![EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set: wrote() },
        }],
        ..DecisionDraft::default()
    };
    let owner = DecisionDraft {
        emits: vec![EventData::CrmWriteRequested {
            write: CrmWrite::Owner {
                to: PersonId::new("anna"),
                only_if: None,
            },
        }],
        ..DecisionDraft::default()
    };
    let mut all = vec![
        audit(Function::DeviationWatch, "a tick", step),
        audit(Function::LeadRouting, "a lead", owner),
    ];
    let found = undoable(&all);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0].decision, &found[0].wrote),
        (&asked("jonas").decision, &wrote())
    );
    let (_, draft) = undo(
        &example_rules(),
        (&record, Some(&stands("lost"))),
        &asked("jonas"),
        monday(),
    );
    all.push(audit(Function::StageGates, "an undo", draft));
    assert_eq!(undoable(&all), []);
}
