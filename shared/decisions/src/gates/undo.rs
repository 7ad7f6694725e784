//! What was written by itself is taken back, by whoever stands over the record.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    AuditRecord, CrmWrite, DecisionDraft, DecisionId, Event, EventData, FieldChange, Reason, Undo,
    state::{GateState, Undoing},
};
use crm::{Record, Value};
use jiff::Timestamp;

use crate::{
    digests::operators, facts::Facts, journey::Stands, links::right_of, rights::is_there,
    rules::Rules, setting,
};

/// The field in which the stage stands.
const STAGE: &str = "stage";

/// What the records of decisions tell of which decision was taken back.
const UNDOES: &str = "undoes";

/// Something that was written into a record by itself, and can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undoable {
    /// The decision.
    pub decision: DecisionId,
    /// When.
    pub at: Timestamp,
    /// What was decided.
    pub outcome: String,
    /// What it has written.
    pub wrote: Vec<FieldChange>,
}

/// What was written into a record by itself and was not taken back yet, the newest first, by the records of the
/// decisions about it. Who gets it is lead-routing's, and what a gate turned back was somebody's move.
#[must_use]
pub fn undoable(audits: &[AuditRecord]) -> Vec<Undoable> {
    let asked = |it: &&AuditRecord| it.facts.contains_key(UNDOES);
    let undone: BTreeSet<&String> = audits
        .iter()
        .filter(asked)
        .filter(|it| !it.events.is_empty())
        .filter_map(|it| it.facts.get(UNDOES))
        .collect();
    let mut found: Vec<Undoable> = audits
        .iter()
        .filter(|it| !asked(it) && !undone.contains(&it.decision.to_string()))
        .filter_map(|it| {
            let turned = |event: &Event| matches!(event.data, EventData::GateTurnedBack { .. });
            let wrote: Vec<FieldChange> = it.events.iter().flat_map(written).collect();
            let is_one = !wrote.is_empty() && !it.events.iter().any(turned);
            is_one.then(|| Undoable {
                decision: it.decision.clone(),
                at: it.at,
                outcome: it.outcome.clone(),
                wrote,
            })
        })
        .collect();
    found.sort_by_key(|it| std::cmp::Reverse(it.at));
    found
}

fn written(event: &Event) -> Vec<FieldChange> {
    match &event.data {
        EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set },
        } => set.clone(),
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { to, only_if },
        } => vec![FieldChange {
            field: STAGE.to_owned(),
            to: Some(Value::Text(to.clone())),
            only_if: only_if.clone().map(Value::Text),
        }],
        _ => Vec::new(),
    }
}

/// What comes of it: the gate's item, if that is another, and the decision. Nothing is written where somebody has
/// changed since what was written: their edit is newer.
pub fn undo(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    undo: &Undo,
    now: Timestamp,
) -> (Option<GateState>, DecisionDraft) {
    let note = format!("asked for by {}: {}", undo.by, undo.reason);
    let mut draft = DecisionDraft {
        reasons: vec![Reason::note("undo", None, note)],
        facts: BTreeMap::from([(UNDOES.to_owned(), undo.decision.to_string())]),
        ..DecisionDraft::default()
    };
    if let Err(why) = may_be(rules, (record, gate), undo, now) {
        draft.outcome = format!("not taken back: {why}");
        return (None, draft);
    }
    let set: Vec<FieldChange> = undo.wrote.iter().map(FieldChange::back).collect();
    draft.outcome = format!("taken back by {}: {}", undo.by, setting::words(&set));
    let moved = set.iter().find(|it| it.field == STAGE);
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    let undoing = moved.and_then(|it| {
        Some(Undoing {
            from: text(&it.only_if)?,
            to: text(&it.to)?,
            at: now,
            by: undo.by.clone(),
        })
    });
    draft.emits.push(EventData::CrmWriteRequested {
        write: CrmWrite::Fields { set },
    });
    let after = gate.filter(|_| undoing.is_some()).map(|gate| GateState {
        undoing,
        ..gate.clone()
    });
    (after, draft)
}

fn may_be(
    rules: &Rules,
    (record, gate): (&Record, Option<&GateState>),
    undo: &Undo,
    now: Timestamp,
) -> Result<(), String> {
    if undo.wrote.is_empty() {
        return Err("that decision has written nothing".to_owned());
    }
    is_there(rules, &undo.by, now).map_err(|why| why.to_string())?;
    let stands_over = right_of(&rules.model, &undo.by, record.owner()).is_some();
    if !stands_over && !operators(rules).contains(&undo.by) {
        return Err(format!(
            "{} neither has the record nor leads whoever has it, and is none of the operators",
            undo.by
        ));
    }
    if record.archived {
        return Err("the record is gone".to_owned());
    }
    let facts = Facts::of(rules, record, now);
    for change in &undo.wrote {
        let held = match (change.field.as_str(), facts.stands()) {
            (STAGE, Stands::At(_, stage)) => Some(Value::Text(stage.name.clone())),
            _ => record.fields.get(&change.field).cloned(),
        };
        if held != change.to {
            let held = held.map_or_else(|| "empty".to_owned(), |it| it.to_string());
            return Err(format!(
                "{} is {held} by now, and not {}",
                change.field,
                change.word()
            ));
        }
        if change.field != STAGE {
            continue;
        }
        if change.only_if.is_none() {
            return Err("at which stage it stood before is not known".to_owned());
        }
        let stands = gate.map(|gate| &gate.stage);
        if stands.is_some_and(|stage| *stage != change.word()) {
            return Err("its gate has not seen the move yet: ask again in a moment".to_owned());
        }
    }
    Ok(())
}
