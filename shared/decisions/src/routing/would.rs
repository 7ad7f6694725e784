//! What would become of a record: the decision about it, which nobody commits.

use std::collections::BTreeMap;

use contracts::state::{PoolState, RoutingState};
use crm::Record;
use jiff::Timestamp;

use super::{
    Chosen, OwnerGone, Routed, Todo, arrived, consider, keep, owner_gone, route, route_again,
};
use crate::{rotation::RotationError, rules::Staffing};

/// The rotations of pools by their names; whose is not among them has given nothing yet.
pub type Rotations = BTreeMap<String, PoolState>;

/// What would be decided of a record that was routed so before, or not yet; none if nothing would.
///
/// # Errors
/// If somebody is owed more than can be kept, or if it was not read what a member of its pool has in hand.
pub fn would(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    rotations: &Rotations,
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    let choice = match consider(staffing, record, before, now) {
        Todo::Nothing => match before {
            Some(before) => return since_owner_left(staffing, record, before, rotations, now),
            None => return Ok(None),
        },
        Todo::Arrived => return Ok(before.map(arrived)),
        Todo::Wait(routed) => return Ok(Some(*routed)),
        Todo::Keep(owner) => {
            let kept = keep(record, before, owner, now);
            let left = since_owner_left(staffing, record, &kept.routing, rotations, now)?;
            return Ok(Some(left.unwrap_or(kept)));
        }
        Todo::Route(choice) => choice,
    };
    let fresh = PoolState::default();
    let rotation = match &choice.chosen {
        Chosen::Pool(name) => rotations.get(name).unwrap_or(&fresh),
        _ => &fresh,
    };
    route(staffing, record, choice, before, rotation, now).map(Some)
}

/// What would follow where its owner has left; nothing if they have not.
fn since_owner_left(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    rotations: &Rotations,
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    let Some(OwnerGone { again, asked }) = owner_gone(staffing, record, Some(before), false, now)
    else {
        return Ok(None);
    };
    let Some(again) = again else {
        return Ok(Some(asked));
    };
    let fresh = PoolState::default();
    let of = |pool: Option<&str>| pool.and_then(|name| rotations.get(name)).unwrap_or(&fresh);
    let turns = (of(again.pool()), of(before.pool.as_deref()));
    let routed = route_again(staffing, record, before, &again, turns, now)?;
    Ok(Some(routed.unwrap_or(asked)))
}
