use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{LoadState, RoutingState},
};
use crm::{PersonId, RecordKind};
use decisions::routing::counts_for;

use super::seen::Seen;

/// A lead counts for its owner as long as it is open, and for nobody else; and what people with a capacity
/// have in hand is as many leads as count for them.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: BTreeMap<PersonId, u32> = BTreeMap::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        if id.kind != RecordKind::Lead {
            continue;
        }
        let Some(routing) = seen.state::<RoutingState>(&Key::routing(id)) else {
            continue;
        };
        let now = seen.ending.now;
        let counts = counts_for(seen.rules, &copy.record, &routing, now);
        if counts != routing.counted {
            let named = |person: Option<&PersonId>| {
                person.map_or_else(|| "nobody".to_owned(), ToString::to_string)
            };
            found.push(format!(
                "{id} counts for {}, and is an open lead of {}",
                named(routing.counted.as_ref()),
                named(counts.as_ref())
            ));
        }
        if let Some(person) = routing.counted {
            let count = open.entry(person).or_default();
            *count = count.saturating_add(1);
        }
    }
    for (person, known) in &seen.rules.model.people {
        if known.capacity.is_none() {
            continue;
        }
        let load = seen.state::<LoadState>(&Key::load(person));
        let kept = load.map_or(0, |load| load.open);
        let counted = open.get(person).copied().unwrap_or(0);
        if kept != counted {
            found.push(format!(
                "{person} is kept with {kept} open leads, and {counted} count for them"
            ));
        }
    }
    found
}
