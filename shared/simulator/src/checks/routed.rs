use std::collections::BTreeMap;

use contracts::{
    EventData, Function, Key, Subject,
    state::{RecordState, RoutingState, RoutingStatus},
};
use crm::{RecordId, RecordKind};
use decisions::routing::{ALREADY_OWNED, BY_HAND};

use super::seen::Seen;

/// Every lead of the CRM was routed, once, or waits in view; and every lead in a pool was counted.
pub(super) fn check(seen: &Seen<'_>) -> Vec<String> {
    if !seen.rules.model.routing.contains_key(&RecordKind::Lead) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        if id.kind != RecordKind::Lead || copy.record.archived {
            continue;
        }
        match seen.state::<RoutingState>(&Key::routing(id)) {
            None => found.push(format!("{id} was never routed")),
            Some(state) => found.extend(owned(&copy, &state)),
        }
    }
    for (id, times) in first_routed(seen) {
        if times > 1 {
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

/// How often each lead was routed upon a change of its copy.
fn first_routed(seen: &Seen<'_>) -> BTreeMap<RecordId, usize> {
    let mut routed: BTreeMap<RecordId, usize> = BTreeMap::new();
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
        if upon_change && routes {
            let times = routed.entry(id.clone()).or_default();
            *times = times.saturating_add(1);
        }
    }
    routed
}
