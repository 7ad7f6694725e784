//! A turn that is used only once something comes of the record, such as a meeting. It counts as taken from the
//! assignment on, so that nobody gets everything meanwhile; if nothing comes in time, it is given back.

use contracts::{
    DecisionDraft, Reason, Verdict,
    state::{PoolState, RoutingState},
};
use crm::Record;
use jiff::Timestamp;
use model::Turn;

use super::routed::Routed;
use crate::{
    condition::{evaluate, wall},
    facts::Facts,
    reasons::tested,
    rotation::{RotationError, leave},
    rules::{Rules, Staffing},
};

/// Says until when the turn is held that a record has just cost; nothing of one that it had cost before.
pub fn hold(rules: &Rules, before: Option<&RoutingState>, routing: &mut RoutingState) {
    let turn = |it: &RoutingState| (it.pool.clone(), it.owner.clone(), it.out_of_turn);
    if before.is_some_and(|before| turn(before) == turn(routing)) {
        return;
    }
    let in_turn = routing.owner.is_some() && !routing.out_of_turn;
    let terms = terms(rules, routing).filter(|_| in_turn);
    let until = terms.and_then(|terms| routing.at.checked_add(wall(terms.held_for)?).ok());
    routing.held_until = until;
}

/// What becomes of a turn whose time is over: it is used, or given back. None if it is not over.
///
/// Where it cannot be known whether it is used, it stays used: whoever worked for it is not asked twice.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn held_over(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    turns: &PoolState,
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    if before.held_until.is_none_or(|until| now < until) {
        return Ok(None);
    }
    let mut routed = Routed {
        draft: DecisionDraft::default(),
        routing: RoutingState {
            held_until: None,
            ..before.clone()
        },
        pool: None,
        left: None,
    };
    let name = before.pool.as_deref().unwrap_or_default();
    let known = staffing.model.pools.get(name);
    let terms = known.and_then(|pool| pool.turn.as_ref());
    let (Some(pool), Some(terms), Some(owner)) = (known, terms, &before.owner) else {
        routed.draft.outcome =
            format!("the turn in pool {name} is used, since nothing is asked of it any more");
        return Ok(Some(routed));
    };
    let asked = evaluate(&terms.used_when, &Facts::of(staffing, record, now));
    tested(&asked.findings, &mut routed.draft.facts);
    let (outcome, note) = match asked.verdict {
        Verdict::Held => ("is used", "what uses it has come"),
        Verdict::Unknown => (
            "is used",
            "it is not known whether what uses it has come, so it stays used",
        ),
        Verdict::NotHeld => ("is given back", "what uses it has not come in its time"),
    };
    routed.draft.outcome = format!("the turn of {owner} in pool {name} {outcome}");
    routed.draft.reasons = vec![Reason {
        rule: format!("pools.{name}.turn"),
        place: Some(pool.place),
        verdict: asked.verdict,
        findings: asked.findings,
        note: Some(note.to_owned()),
    }];
    if asked.verdict == Verdict::NotHeld {
        routed.pool = Some((name.to_owned(), leave(name, pool, turns, owner)?));
        routed.routing.out_of_turn = true;
    }
    Ok(Some(routed))
}

fn terms<'r>(rules: &'r Rules, routing: &RoutingState) -> Option<&'r Turn> {
    let pool = rules.model.pools.get(routing.pool.as_ref()?)?;
    pool.turn.as_ref()
}
