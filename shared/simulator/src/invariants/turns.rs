use std::collections::BTreeMap;

use contracts::{EventData, Function, Subject, state::RoutingState};
use jiff::SignedDuration;

use super::seen::Seen;
use crate::world::after;

/// A turn that is held is used or given back when its time is over, and no assignment gives back more than one.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    // The last tick comes at the last full minute.
    let until = after(seen.story.until, SignedDuration::from_mins(-1));
    let mut found = Vec::new();
    let items = seen.ending.items.iter();
    for item in items.filter(|item| item.key.holds::<RoutingState>()) {
        let state = seen.state::<RoutingState>(&item.key);
        let held = state.and_then(|state| state.held_until);
        if let Some(held) = held.filter(|held| *held < until) {
            let pk = &item.key.pk;
            found.push(format!(
                "the turn of {pk} was held until {held}, and is held still"
            ));
        }
    }
    let mut given: BTreeMap<&Subject, (usize, usize)> = BTreeMap::new();
    let of_routing =
        |it: &&std::sync::Arc<contracts::AuditRecord>| it.function == Function::LeadRouting;
    for audit in seen.audits.iter().filter(of_routing) {
        let (assigned, back) = given.entry(&audit.subject).or_default();
        let by_pool =
            |data: &EventData| matches!(data, EventData::RecordRouted { pool: Some(_), .. });
        *assigned += audit.events.iter().filter(|it| by_pool(&it.data)).count();
        *back += usize::from(audit.outcome.ends_with("is given back"));
    }
    for (subject, (assigned, back)) in given {
        if back > assigned {
            found.push(format!(
                "{subject} was given by a pool {assigned} times, and gave back {back} turns"
            ));
        }
    }
    found
}
