//! A record that was merged into another is gone, and the turn that it cost is given back: whoever got it has not
//! got a record of their own.

use contracts::{
    DecisionDraft, Reason,
    state::{PoolState, RoutingState},
};
use crm::Record;

use super::routed::Routed;
use crate::{
    rotation::{RotationError, leave},
    rules::Staffing,
};

/// The rule's name where a turn is given back because of a merge.
pub const MERGED: &str = "merged";

/// Whether the record is gone in a merge, and its turn, or its wait, has not ended with it.
#[must_use]
pub fn ends_merged(record: &Record, before: Option<&RoutingState>) -> bool {
    let merged = record.archived && record.merged_into.is_some();
    let turn = |it: &RoutingState| it.owner.is_some() && it.pool.is_some() && !it.out_of_turn;
    merged && before.is_some_and(|it| turn(it) || it.waits.is_some())
}

/// What follows of a merge: the turn that the record cost is given back, and it waits for nothing more.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn merged(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    turns: &PoolState,
) -> Result<Option<Routed>, RotationError> {
    let Some(stays) = record
        .merged_into
        .as_ref()
        .filter(|_| ends_merged(record, Some(before)))
    else {
        return Ok(None);
    };
    let mut routed = Routed {
        draft: DecisionDraft::default(),
        routing: RoutingState {
            waits: None,
            held_until: None,
            ..before.clone()
        },
        pool: None,
        left: None,
    };
    let stays = stays.name();
    let name = before.pool.as_deref().unwrap_or_default();
    let pool = staffing.model.pools.get(name);
    let owner = before.owner.as_ref().filter(|_| !before.out_of_turn);
    let given_back = match (pool, owner) {
        (Some(pool), Some(owner)) => {
            routed.pool = Some((name.to_owned(), leave(name, pool, turns, owner)?));
            format!("; the turn of {owner} in pool {name} is given back")
        }
        _ => String::new(),
    };
    routed.routing.out_of_turn = true;
    routed.draft.outcome = format!("merged into {stays}{given_back}");
    let rule = format!("routing.{}.{MERGED}", record.id.kind);
    let note = format!("the CRM has merged it into {stays}, which stays");
    routed.draft.reasons = vec![Reason::note(rule, None, note)];
    Ok(Some(routed))
}
