//! The fault that is planted where it is kept what people have done outside the CRM.

use contracts::state::BehavioursState;
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
