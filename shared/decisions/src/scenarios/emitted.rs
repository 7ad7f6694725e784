//! What decisions ask for, as scenarios tell of it.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{CrmWrite, DecisionDraft, EventData, ReassignRequested};
use crm::{PersonId, Value};
use model::{GateMode, scenario::Gate};

/// What is said of a gate where nothing moves.
pub(super) const NOT_ASKED: &str = "not asked: nothing moves";

/// What a gate did with a move, in the word that is expected of it; else what it decided.
pub(super) fn gate_of(draft: &DecisionDraft) -> String {
    let found = draft.emits.iter().find_map(|event| match event {
        EventData::GatePassed { .. } => Some(Gate::Passed),
        EventData::GateTurnedBack { mode, .. } => Some(match mode {
            GateMode::Observe => Gate::Observed,
            GateMode::Warn => Gate::Warned,
            GateMode::TurnBack => Gate::TurnedBack,
        }),
        _ => None,
    });
    found.map_or_else(|| draft.outcome.clone(), |gate| gate.word().to_owned())
}

/// The criteria that these events say are not met.
pub(super) fn unmet_by(emits: &[EventData]) -> BTreeSet<String> {
    let unmet = emits.iter().filter_map(|event| match event {
        EventData::GateTurnedBack { unmet, .. } => Some(unmet),
        _ => None,
    });
    unmet.flatten().cloned().collect()
}

/// The fields that these events set, and to what.
pub(super) fn set_by(emits: &[EventData]) -> BTreeMap<String, Value> {
    let written = emits.iter().filter_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Fields { set },
        } => Some(set),
        _ => None,
    });
    let set = written.flatten();
    set.filter_map(|it| Some((it.field.clone(), it.to.clone()?)))
        .collect()
}

/// The stage to which these events move the record.
pub(super) fn moved_by(emits: &[EventData]) -> Option<Value> {
    emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Stage { to, .. },
        } => Some(Value::Text(to.clone())),
        _ => None,
    })
}

/// Whom these events make the record's owner.
pub(super) fn given_by(emits: &[EventData]) -> Option<PersonId> {
    emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner { to, .. },
        } => Some(to.clone()),
        _ => None,
    })
}

/// Whom these events tell something.
pub(super) fn told_by(emits: &[EventData]) -> BTreeSet<String> {
    let told = emits.iter().filter_map(|event| match event {
        EventData::NoticeRequested { to, .. } => Some(to.to_string()),
        _ => None,
    });
    told.collect()
}

/// The clocks that ran out for which a record is to be somebody else's of its pool.
pub(super) fn reassignments(emits: &[EventData]) -> Vec<ReassignRequested> {
    let asked = emits.iter().filter_map(|event| match event {
        EventData::ReassignRequested(asked) => Some(asked.clone()),
        _ => None,
    });
    asked.collect()
}
