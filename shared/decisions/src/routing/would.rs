//! What would become of a record: the decision about it, which nobody commits.

use std::collections::BTreeMap;

use contracts::state::{PoolState, RoutingState};
use crm::Record;
use jiff::Timestamp;

use super::{Chosen, Routed, Todo, arrived, consider, keep, route};
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
        Todo::Nothing => return Ok(None),
        Todo::Arrived => return Ok(before.map(arrived)),
        Todo::Wait(routed) => return Ok(Some(*routed)),
        Todo::Keep(owner) => return Ok(Some(keep(record, before, owner, now))),
        Todo::Route(choice) => choice,
    };
    let fresh = PoolState::default();
    let rotation = match &choice.chosen {
        Chosen::Pool(name) => rotations.get(name).unwrap_or(&fresh),
        _ => &fresh,
    };
    route(staffing, record, choice, before, rotation, now).map(Some)
}
