use std::collections::BTreeSet;

use contracts::{EventData, EventId};

use super::seen::Seen;

/// Every event follows from another that was on the bus, back to a webhook, a tick or somebody at the
/// command line.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let events = &seen.ending.events;
    // What is decided once for several tellers is known by an id of its own.
    let known: BTreeSet<EventId> = seen.audits.iter().map(|it| it.event.clone()).collect();
    let mut found = Vec::new();
    for event in events.values() {
        let begins = match &event.data {
            EventData::RecordNoticed { .. }
            | EventData::WebhookQuarantined { .. }
            | EventData::Tick { .. } => event.causation.is_none(),
            EventData::AbsenceChanged { .. } => true,
            _ => false,
        };
        let follows = event
            .causation
            .as_ref()
            .is_some_and(|cause| events.contains_key(cause) || known.contains(cause));
        if !begins && !follows {
            found.push(format!(
                "{} {} follows from nothing known",
                event.name(),
                event.id
            ));
        }
    }
    found
}
