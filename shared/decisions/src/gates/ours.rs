//! A move that a step of a deviation makes: judged before it is written, and not again when the CRM shows it.

use std::collections::BTreeMap;

use contracts::{
    EventData, Reason,
    state::{AutomaticMove, GateState, Undoing},
};
use crm::{Author, Record};
use jiff::{SignedDuration, Timestamp};

use super::{
    criteria::{JudgedMove, judge_move},
    step::{Move, path},
};
use crate::facts::Facts;

/// How far the CRM's clock may be behind ours, in seconds.
const CLOCKS_APART: i64 = 5;

/// How long a write is tried: a move of an app that comes later is another's.
const UNDONE_WITHIN: SignedDuration = SignedDuration::from_hours(25);

/// Whether the move that the CRM shows is the one that a step asked for: no person's, not earlier, and from
/// where the record has stood since.
pub(super) fn is_ours(
    record: &Record,
    before: &GateState,
    step: &Move<'_>,
    ours: &AutomaticMove,
) -> bool {
    is_own(record, before, step, (&ours.from, &ours.to, ours.at))
}

/// The same of the move by which somebody takes an automatic one back.
pub(super) fn is_taken_back<'b>(
    record: &Record,
    before: &'b GateState,
    step: &Move<'_>,
) -> Option<&'b Undoing> {
    let undoing = before.undoing.as_ref();
    let in_time = |at: Timestamp| {
        let last = at.checked_add(UNDONE_WITHIN);
        last.is_ok_and(|last| step.at <= last)
    };
    undoing.filter(|it| in_time(it.at) && is_own(record, before, step, (&it.from, &it.to, it.at)))
}

fn is_own(
    record: &Record,
    before: &GateState,
    step: &Move<'_>,
    (from, to, at): (&str, &str, Timestamp),
) -> bool {
    let newest = record
        .history
        .get("stage")
        .and_then(|changes| changes.first());
    let by_app = newest.is_some_and(|change| matches!(change.by, Author::App(_)));
    let earliest = at
        .checked_sub(SignedDuration::from_secs(CLOCKS_APART))
        .unwrap_or(at);
    by_app
        && from == before.stage
        && to == step.to.name
        && before.since <= at
        && step.at >= earliest
}

pub(super) fn judged_before(step: &Move<'_>, ours: &AutomaticMove) -> JudgedMove {
    let note = format!(
        "moved by a step of the deviation {}, which met the gate before it was written",
        ours.deviation
    );
    not_judged(step, note)
}

pub(super) fn taken_back(step: &Move<'_>, undoing: &Undoing) -> JudgedMove {
    let note = format!(
        "{} has taken an automatic move back: it stands again where it stood, whatever is missing",
        undoing.by
    );
    not_judged(step, note)
}

fn not_judged(step: &Move<'_>, note: String) -> JudgedMove {
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
