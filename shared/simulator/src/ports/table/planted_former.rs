//! The fault that is planted where it is kept whose the leads of a domain were last.

use contracts::state::LatestState;
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// Whose the others of a domain were is forgotten by whoever keeps the next one's copy.
pub(super) fn forgotten(inside: &Inside, mut items: Vec<Option<Item>>) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::DomainForgotten) {
        for item in items.iter_mut().flatten() {
            if item.key.is_latest() {
                item.body = Body::of(LatestState::default());
            }
        }
    }
    items
}
