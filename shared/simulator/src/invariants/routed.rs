use std::collections::BTreeMap;

use contracts::{
    EventData, Function, Key, Subject,
    state::{RecordState, RoutingState, RoutingStatus},
};
use crm::{RecordId, RecordKind};
use decisions::{
    Facts,
    routing::{ALREADY_OWNED, BY_HAND},
};

use super::seen::Seen;

/// Every lead of the CRM was routed, once, or waits in view; and every lead in a pool was counted.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    if !seen.rules.model.routing.contains_key(&RecordKind::Lead) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        if id.kind != RecordKind::Lead || copy.record.archived || is_closed(seen, &copy) {
            continue;
        }
        match seen.state::<RoutingState>(&Key::routing(id)) {
            None => found.push(format!("{id} was never routed")),
            Some(state) => found.extend(owned(&copy, &state)),
        }
    }
    for (id, (times, waited)) in first_routed(seen) {
        // A lead that waits is routed when its facts allow it.
        if times > waited.saturating_add(1) {
            found.push(format!("{id} was routed {times} times as a new lead"));
        }
    }
    found
}

fn owned(copy: &RecordState, state: &RoutingState) -> Option<String> {
    let id = &copy.record.id;
    match (state.status, &state.owner) {
        (RoutingStatus::Routed, None) => Some(format!("{id} is routed to nobody")),
        (RoutingStatus::Waiting, Some(owner)) => Some(format!("{id} waits and is {owner}'s")),
        _ => None,
    }
}

/// Whether its journey is over: such a lead is nobody's business any more.
fn is_closed(seen: &Seen<'_>, copy: &RecordState) -> bool {
    !Facts::of(seen.rules, &copy.record, seen.ending.now).is_open()
}

/// How often each lead was routed upon a change of its copy, and how often it waited.
fn first_routed(seen: &Seen<'_>) -> BTreeMap<RecordId, (usize, usize)> {
    let mut routed: BTreeMap<RecordId, (usize, usize)> = BTreeMap::new();
    for audit in &seen.audits {
        let (Function::LeadRouting, Subject::Record(id)) = (audit.function, &audit.subject) else {
            continue;
        };
        let upon_change = audit.event_name == "record.changed";
        let routes = audit.events.iter().any(|event| {
            let rule = match &event.data {
                EventData::LeadRouted { rule, .. } => rule.as_str(),
                _ => return false,
            };
            // Whom somebody names in the CRM is told as well.
            rule != ALREADY_OWNED && rule != BY_HAND
        });
        let mut events = audit.events.iter();
        let waits = events.any(|event| matches!(event.data, EventData::LeadWaiting { .. }));
        let (times, waited) = routed.entry(id.clone()).or_default();
        if upon_change && routes {
            *times = times.saturating_add(1);
        }
        if waits {
            *waited = waited.saturating_add(1);
        }
    }
    routed
}
