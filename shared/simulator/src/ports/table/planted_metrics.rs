//! The fault that is planted where the metrics are counted.

use contracts::state::CountedState;
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// Records that seem to have counted for nothing so far: there is nothing to be taken back.
pub(super) fn counted_for_nothing(
    inside: &Inside,
    mut items: Vec<Option<Item>>,
) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::CountNotTakenBack) {
        for item in items.iter_mut().flatten() {
            if item.key.counted_record().is_some()
                && let Ok(mut state) = item.body.read::<CountedState>()
            {
                state.metrics.clear();
                item.body = Body::of(state);
            }
        }
    }
    items
}
