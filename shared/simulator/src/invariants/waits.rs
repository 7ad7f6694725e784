use contracts::state::RoutingState;
use jiff::SignedDuration;

use super::seen::Seen;
use crate::world::after;

/// A lead that waits for facts is nobody's, and is decided upon when its time is over.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    // The last tick comes at the last full minute.
    let until = after(seen.story.until, SignedDuration::from_mins(-1));
    let mut found = Vec::new();
    let items = seen.ending.items.iter();
    for item in items.filter(|item| item.key.holds::<RoutingState>()) {
        let Some(state) = seen.state::<RoutingState>(&item.key) else {
            found.push(format!("the routing of {} cannot be read", item.key.pk));
            continue;
        };
        let Some(waits) = &state.waits else { continue };
        let id = item.key.record_id();
        let id = id.map_or_else(|| item.key.pk.clone(), |id| id.to_string());
        if waits.until < until {
            found.push(format!(
                "{id} waits, and was to be decided upon at {}",
                waits.until
            ));
        }
        if let Some(owner) = &state.owner {
            found.push(format!("{id} waits for facts and is {owner}'s"));
        }
    }
    found
}
