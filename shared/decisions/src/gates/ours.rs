//! A move that a step of a deviation makes: judged before it is written, and not again when the CRM shows it.

use std::collections::BTreeMap;

use contracts::{
    EventData, Reason,
    state::{AutomaticMove, GateState},
};
use crm::{Author, Record};
use jiff::SignedDuration;

use super::{
    criteria::{JudgedMove, judge_move},
    step::{Move, path},
};
use crate::facts::Facts;

/// How far the CRM's clock may be behind ours, in seconds.
const CLOCKS_APART: i64 = 5;

/// Whether the move that the CRM shows is the one that a step asked for: no person's, not earlier, and from
/// where the record has stood since.
pub(super) fn is_ours(
    record: &Record,
    before: &GateState,
    step: &Move<'_>,
    ours: &AutomaticMove,
) -> bool {
    let newest = record
        .history
        .get("stage")
        .and_then(|changes| changes.first());
    let by_app = newest.is_some_and(|change| matches!(change.by, Author::App(_)));
    let earliest = ours
        .at
        .checked_sub(SignedDuration::from_secs(CLOCKS_APART))
        .unwrap_or(ours.at);
    by_app
        && ours.from == before.stage
        && ours.to == step.to.name
        && before.since <= ours.at
        && step.at >= earliest
}

pub(super) fn judged_before(step: &Move<'_>, ours: &AutomaticMove) -> JudgedMove {
    let note = format!(
        "moved by a step of the deviation {}, which met the gate before it was written",
        ours.deviation
    );
    JudgedMove {
        reasons: vec![Reason::note(
            path(step.lifecycle, &step.to.name),
            Some(step.to.place),
            note,
        )],
        facts: BTreeMap::new(),
        unmet: Vec::new(),
        used: Vec::new(),
    }
}

/// What comes of a move that is not made yet.
pub(crate) struct Foreseen {
    pub(crate) reasons: Vec<Reason>,
    /// What is not met, in words.
    pub(crate) unmet: Vec<String>,
    /// The exceptions without which it would be more.
    pub(crate) used: Vec<EventData>,
}

/// A move that somebody else is about to make, judged before it is made.
pub(crate) fn foresee(facts: &Facts<'_>, from: &str, to: &str) -> Option<Foreseen> {
    let lifecycle = facts.lifecycle()?;
    let step = Move {
        lifecycle,
        from: Some(from),
        to: lifecycle.stage(to)?,
        at: facts.now,
        breakers: None,
    };
    let judged = judge_move(facts, &step);
    Some(Foreseen {
        reasons: judged.reasons,
        unmet: judged.unmet.into_iter().map(|it| it.words).collect(),
        used: judged.used,
    })
}
