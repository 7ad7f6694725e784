use contracts::{Event, EventData};

use super::seen::Seen;

/// What follows from one of many events that came at once is marked as that is, and nothing else is. A
/// deadline begins a chain of its own.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let events = &seen.ending.events;
    let mut found = Vec::new();
    for event in events.values() {
        let cause = event.causation.as_ref().and_then(|it| events.get(it));
        let begins = matches!(event.data, EventData::DeadlineDue { .. });
        let Some(cause) = cause.filter(|_| !begins) else {
            continue;
        };
        if cause.bulk != event.bulk {
            let (name, id, marked) = (event.name(), &event.id, way(event));
            found.push(format!(
                "{name} {id} {marked}, and {} {} {}",
                cause.name(),
                cause.id,
                way(cause)
            ));
        }
    }
    found
}

const fn way(event: &Event) -> &'static str {
    if event.bulk {
        "came in bulk"
    } else {
        "came alone"
    }
}
