//! The fault that is planted where the pack of a review is made.

use contracts::state::MinutesState;
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// The minutes of a review without its oldest action that is not done, for whoever makes a pack: it reads more than
/// that item.
pub(super) fn without_an_action(
    inside: &Inside,
    mut items: Vec<Option<Item>>,
) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::ActionForgotten) && items.len() > 1 {
        for item in items.iter_mut().flatten() {
            if item.key.minutes_of().is_some()
                && let Ok(mut state) = item.body.read::<MinutesState>()
            {
                let first = state.open().map(|(number, _)| number).next();
                state.actions.retain(|number, _| Some(*number) != first);
                item.body = Body::of(state);
            }
        }
    }
    items
}
