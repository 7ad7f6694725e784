//! The stages that a record enters and leaves.

use contracts::{EventData, Passage, state::GateState};
use crm::{Author, PersonId, Record};
use decisions::gates::{Gated, judge};
use model::GateMode;
use testkit::{at, example_model, example_rules, opportunity, rules};

use super::{discovery, gated, monday, ready};

fn left(stage: &str, to: Option<&str>, passage: Passage, by: Option<&str>) -> EventData {
    EventData::StageLeft {
        stage: stage.to_owned(),
        to: to.map(str::to_owned),
        since: discovery().since,
        at: monday(),
        by: by.map(PersonId::new),
        passage,
    }
}

fn entered(stage: &str, from: Option<&str>, passage: Passage, by: Option<&str>) -> EventData {
    EventData::StageEntered {
        stage: stage.to_owned(),
        from: from.map(str::to_owned),
        since: monday(),
        by: by.map(PersonId::new),
        passage,
    }
}

/// The stages that a decision tells of.
fn edges(gated: &Gated) -> Vec<EventData> {
    let edges = gated.draft.emits.iter().filter(|event| {
        matches!(
            event,
            EventData::StageEntered { .. } | EventData::StageLeft { .. }
        )
    });
    edges.cloned().collect()
}

fn moved_by(mut record: Record, by: Author) -> Record {
    let changes = record.history.get_mut("stage").expect("a history");
    changes[0].by = by;
    record
}

#[test]
fn a_move_that_stands_leaves_one_stage_and_enters_the_other_by_whoever_moved_it() {
    let record = ready().stage("sql", monday()).build();
    for (by, name) in [
        (Author::Person(PersonId::new("anna")), Some("anna")),
        (Author::App("fairlead".to_owned()), None),
        (Author::Unknown, None),
    ] {
        let record = moved_by(record.clone(), by);
        let gated = gated(&record, Some(&discovery())).expect("a decision");
        let passed = Passage::Passed;
        let expected = [
            left("discovery", Some("sql"), passed, name),
            entered("sql", Some("discovery"), passed, name),
        ];
        assert_eq!(edges(&gated), expected);
    }
}

#[test]
fn a_move_that_is_only_observed_or_warned_of_enters_all_the_same() {
    for (mode, passage) in [
        (GateMode::Observe, Passage::Observed),
        (GateMode::Warn, Passage::Warned),
    ] {
        let mut model = example_model();
        let lifecycle = model.lifecycles.get_mut("opportunity");
        lifecycle.expect("a lifecycle").gate = mode;
        let record = opportunity("1", monday()).stage("sql", monday()).build();
        let gated = judge(&rules(model), &record, Some(&discovery()), monday());
        let expected = [
            left("discovery", Some("sql"), passage, None),
            entered("sql", Some("discovery"), passage, None),
        ];
        assert_eq!(edges(&gated.expect("a decision")), expected);
    }
}

#[test]
fn a_move_that_is_turned_back_enters_nothing_until_it_passes() {
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let first = gated(&record, Some(&discovery())).expect("a decision");
    assert_eq!(edges(&first), []);
    let fixed = ready().stage("sql", monday()).build();
    let second = gated(&fixed, Some(&first.gate)).expect("a decision");
    let passed = Passage::Passed;
    let expected = [
        left("discovery", Some("sql"), passed, None),
        entered("sql", Some("discovery"), passed, None),
    ];
    assert_eq!(edges(&second), expected);
    let echo = opportunity("1", monday()).stage("discovery", monday());
    let restored = gated(&echo.build(), Some(&first.gate)).expect("a decision");
    assert_eq!(edges(&restored), [], "it never left");
}

#[test]
fn a_record_enters_at_first_sight_where_its_gate_lets_it_stand() {
    let not_judged = Passage::NotJudged;
    let begins = opportunity("1", monday()).stage("discovery", monday());
    let begins = gated(&begins.build(), None).expect("a decision");
    assert_eq!(
        edges(&begins),
        [entered("discovery", None, not_judged, None)]
    );
    let passes = gated(&ready().stage("sql", monday()).build(), None).expect("a decision");
    assert_eq!(
        edges(&passes),
        [entered("sql", None, Passage::Passed, None)]
    );
    let turned_back = opportunity("1", monday()).stage("sql", monday()).build();
    let turned_back = gated(&turned_back, None).expect("a decision");
    assert_eq!(
        edges(&turned_back),
        [entered("discovery", None, not_judged, None)],
        "it stands where its journey begins, and never at sql"
    );
}

#[test]
fn a_stage_that_the_model_does_not_know_is_left_for_and_never_entered() {
    let not_judged = Passage::NotJudged;
    let elsewhere = opportunity("1", monday()).stage("elsewhere", monday());
    let elsewhere = elsewhere.build();
    let first = gated(&elsewhere, Some(&discovery())).expect("a decision");
    assert_eq!(
        edges(&first),
        [left("discovery", None, not_judged, None)],
        "the known one is left"
    );
    assert!(first.gate.unknown);
    assert_eq!(gated(&elsewhere, Some(&first.gate)), None, "said once");
    let later = monday() + jiff::SignedDuration::from_mins(1);
    let back = ready().stage("sql", later).build();
    let second = gated(&back, Some(&first.gate)).expect("a decision");
    assert!(matches!(
        edges(&second).as_slice(),
        [EventData::StageEntered { stage, from: None, passage: Passage::Passed, .. }] if stage == "sql"
    ));
    let seen = gated(&elsewhere, None).expect("a decision");
    assert_eq!(edges(&seen), [], "nor at first sight");
    assert_eq!(seen.gate, first.gate);
}

/// From a stage that the model does not know it is turned back to that stage.
#[test]
fn a_move_from_an_unknown_stage_is_judged_and_turned_back_there() {
    let unknown = GateState {
        stage: "elsewhere".to_owned(),
        unknown: true,
        outside: false,
        ..discovery()
    };
    let record = opportunity("1", monday()).stage("sql", monday()).build();
    let gated = gated(&record, Some(&unknown)).expect("a decision");
    assert_eq!(edges(&gated), []);
    assert_eq!(
        (gated.gate.stage.as_str(), gated.gate.unknown),
        ("elsewhere", true)
    );
}

#[test]
fn a_stage_that_the_model_has_learned_is_entered_since_it_was_come_to() {
    let before = GateState {
        unknown: true,
        outside: false,
        since: monday(),
        ..discovery()
    };
    let record = opportunity("1", monday())
        .stage("discovery", monday())
        .build();
    let gated = gated(&record, Some(&before)).expect("a decision");
    assert_eq!(
        edges(&gated),
        [entered("discovery", None, Passage::NotJudged, None)]
    );
    assert!(!gated.gate.unknown);
    assert_eq!(
        judge(&example_rules(), &record, Some(&gated.gate), monday()),
        None
    );
}

#[test]
fn what_is_archived_stays_where_it_stood() {
    let mut record = ready().stage("sql", monday()).build();
    record.archived = true;
    assert_eq!(gated(&record, Some(&discovery())), None);
    assert_eq!(gated(&record, None), None);
}

/// What stood outside the model when it was found has not moved because the model has learnt of its stage.
#[test]
fn a_stage_that_the_model_has_learnt_of_since_is_taken_as_it_is() {
    let found = GateState {
        stage: "qualifiedtobuy".to_owned(),
        since: monday(),
        turned_back: None,
        unknown: true,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    let stands = opportunity("1", at("2026-09-01T09:00:00Z")).stage("sql", monday());
    let taken = gated(&stands.build(), Some(&found)).expect("a decision");
    assert_eq!(
        edges(&taken),
        [entered("sql", None, Passage::NotJudged, None)]
    );
    assert_eq!(
        (taken.gate.stage.as_str(), taken.gate.unknown),
        ("sql", false)
    );
}
