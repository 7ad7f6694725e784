//! What is planted into what is read of people.

use contracts::{Key, state::AbsencesState};
use store::{Body, Item};

use crate::{planted::Planted, world::Inside};

/// Who is away, without those whom a CRM has archived, for whoever decides: it reads more than that item.
pub(super) fn with_nobody_archived(
    inside: &Inside,
    mut items: Vec<Option<Item>>,
) -> Vec<Option<Item>> {
    if inside.planted == Some(Planted::ArchivedKept) && items.len() > 1 {
        for item in items.iter_mut().flatten() {
            if item.key == Key::absences()
                && let Ok(mut state) = item.body.read::<AbsencesState>()
            {
                state.archived.clear();
                item.body = Body::of(state);
            }
        }
    }
    items
}
