use std::collections::BTreeMap;

use contracts::{
    EventData, Function, Key,
    state::{LEAD, PoolState},
};

use decisions::routing::BY_HAND;

use super::seen::Seen;

/// The lags of a pool sum to nothing; nobody is further off than (n − 1)/2 leads, and one more for
/// each lead that was taken back; and no more leads are counted than were
/// given.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let (given, moved) = given(seen);
    for pool in seen.rules.model.pools.keys() {
        let Some(state) = seen.state::<PoolState>(&Key::pool(pool)) else {
            continue;
        };
        let lags = state.members.values().map(|share| i128::from(share.lag));
        let sum: i128 = lags.clone().sum();
        if sum != 0 {
            found.push(format!("the lags of pool {pool} sum to {sum}"));
        }
        let others = i128::try_from(state.members.len())
            .unwrap_or(0)
            .saturating_sub(1)
            .max(0);
        let moved = i128::from(moved.get(pool).copied().unwrap_or(0));
        let bound =
            i128::from(LEAD).saturating_mul(others.saturating_add(moved.saturating_mul(2))) / 2;
        if let Some(most) = lags.map(i128::abs).max().filter(|most| *most > bound) {
            found.push(format!(
                "somebody of pool {pool} is {most} quanta off, more than {bound}"
            ));
        }
        let received: u64 = state.members.values().map(|share| share.received).sum();
        let given = given.get(pool).copied().unwrap_or(0);
        // Out of turn, as at night, a lead is given and not counted.
        if received > given {
            found.push(format!(
                "pool {pool} counts {received} leads, and {given} were given"
            ));
        }
    }
    found
}

/// How many leads each pool was given, and how many turns were moved within it.
fn given(seen: &Seen<'_>) -> (BTreeMap<String, u64>, BTreeMap<String, u64>) {
    let mut given: BTreeMap<String, u64> = BTreeMap::new();
    let mut moved: BTreeMap<String, u64> = BTreeMap::new();
    for audit in &seen.audits {
        if audit.function != Function::LeadRouting {
            continue;
        }
        // Somebody gave it to another by hand, and the turn that it cost went along; or it was routed again,
        // and the turn was given back or went along; or nothing came of it, and the turn was given back.
        let by_hand = audit.events.iter().any(
            |event| matches!(&event.data, EventData::RecordRouted { rule, .. } if rule == BY_HAND),
        );
        let given_back = audit.outcome.ends_with("is given back");
        let gives = audit
            .events
            .iter()
            .any(|event| matches!(&event.data, EventData::RecordRouted { pool: Some(_), .. }));
        // What changes a rotation and gives nothing gives a turn back, as where the CRM refuses everybody.
        if by_hand || given_back || !gives || audit.outcome.starts_with("routed again") {
            let changed = audit.items_changed();
            for pool in changed.filter_map(|(key, _)| key.pool_name().map(str::to_owned)) {
                let count = moved.entry(pool).or_default();
                *count = count.saturating_add(1);
            }
        }
        for event in &audit.events {
            let EventData::RecordRouted {
                pool: Some(pool), ..
            } = &event.data
            else {
                continue;
            };
            let counts = match audit.event_name.as_str() {
                // Of somebody who has left, it may have been theirs by hand.
                "record.changed" | "deadline.due" | "owner.left" => &mut given,
                _ => &mut moved,
            };
            let count = counts.entry(pool.clone()).or_default();
            *count = count.saturating_add(1);
        }
    }
    (given, moved)
}
