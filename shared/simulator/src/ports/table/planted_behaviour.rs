//! The faults that are planted where it is kept what people have done outside the CRM.

use contracts::state::BehavioursState;
use crm::RecordKind;
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// What was done, under other ids than those by which it is known when it is told again.
pub(super) fn told_anew(inside: &Inside, mut items: Vec<Option<Item>>) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::BehaviourTwice) {
        for item in items.iter_mut().flatten() {
            if item.key.is_behaviours()
                && let Ok(mut state) = item.body.read::<BehavioursState>()
            {
                for kept in state.seen.values_mut() {
                    let renamed = std::mem::take(kept).into_iter();
                    *kept = renamed.map(|(id, at)| (format!("{id}+"), at)).collect();
                }
                item.body = Body::of(state);
            }
        }
    }
    items
}

/// For which accounts a lead was counted, as if it had been for none: it is counted for those for good.
pub(super) fn stays(inside: &Inside, mut items: Vec<Option<Item>>) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::BehaviourStays) {
        for item in items.iter_mut().flatten() {
            let of = item.key.behaviours_of();
            if of.is_some_and(|record| record.kind == RecordKind::Lead)
                && let Ok(mut state) = item.body.read::<BehavioursState>()
            {
                state.records.clear();
                item.body = Body::of(state);
            }
        }
    }
    items
}
