use contracts::{EventData, state::RoutingState};
use jiff::SignedDuration;

use super::seen::Seen;
use crate::world::after;

/// Until a shadow month is over the model asks for no write into the CRM, and what waited for its end waits no more.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for audit in &seen.audits {
        if seen.rules.observes_until(audit.at).is_none() {
            continue;
        }
        let mut events = audit.events.iter();
        let writes = events.any(|it| matches!(it.data, EventData::CrmWriteRequested { .. }));
        if writes && audit.event_name != "undo.requested" {
            found.push(format!(
                "{}: {} asked for a write at {}, when the model only observed",
                audit.subject, audit.function, audit.at
            ));
        }
    }
    // The last tick comes at the last full minute.
    let last = after(seen.story.until, SignedDuration::from_mins(-1));
    let items = seen.ending.items.iter();
    for item in items.filter(|item| item.key.holds::<RoutingState>()) {
        let state = seen.state::<RoutingState>(&item.key);
        let until = state.and_then(|state| state.observed_until);
        if let Some(until) = until.filter(|until| *until < last) {
            found.push(format!(
                "{} is nobody's, and was to be given to somebody at {until}",
                item.key.pk
            ));
        }
    }
    found
}
