use std::collections::BTreeMap;

use contracts::{
    EventData, Function, Key, Subject,
    state::{AWAITS_FACTS, Clock, ClocksState, RecordState, RoutingState, RoutingStatus},
};
use crm::RecordId;
use decisions::{
    Facts,
    routing::{ALREADY_OWNED, BY_HAND, OWNER_REMOVED, TAKEN},
};
use model::Start;

use super::seen::Seen;

/// Every record of the CRM of a kind that is routed was routed, once, or waits in view. One whose owner was taken off waits until the CRM
/// names somebody, and nobody is late with it meanwhile.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let routing = &seen.rules.model.routing;
    let mut found = Vec::new();
    for copy in seen.copies() {
        let id = &copy.record.id;
        let is_routed = routing.contains_key(&id.kind);
        if !is_routed || copy.record.archived || is_closed(seen, copy) {
            continue;
        }
        match seen.state::<RoutingState>(&Key::routing(id)) {
            None => found.push(format!("{id} was never routed")),
            Some(state) => {
                found.extend(owned(copy, &state));
                found.extend(late_with_nobodys(seen, id, &state));
            }
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

/// The clocks that can be met of a lead whose owner was taken off. What a contact started is whose contact it was, and
/// what is handed over is the other team's.
fn late_with_nobodys(seen: &Seen<'_>, id: &RecordId, state: &RoutingState) -> Vec<String> {
    if state.status != RoutingStatus::Waiting || state.rule != OWNER_REMOVED {
        return Vec::new();
    }
    let clocks = seen.state::<ClocksState>(&Key::clocks(id));
    let clocks = clocks.map(|state| state.clocks).unwrap_or_default();
    let of_others = |clock: &Clock| {
        let policy = clock.kept.as_ref().map(|kept| &kept.policy);
        let start = policy.map(|policy| &policy.start);
        policy.is_some_and(|policy| policy.hand_off.is_some())
            || matches!(start, Some(Start::ActivityLogged | Start::ClockMet(_)))
    };
    let open = clocks.into_iter();
    let open = open.filter(|(_, clock)| clock.status.is_open() && !of_others(clock));
    open.map(|(name, clock)| format!("{id} has no owner, and {name} is open for {}", clock.owner))
        .collect()
}

/// Whether its journey is over: such a lead is nobody's business any more.
fn is_closed(seen: &Seen<'_>, copy: &RecordState) -> bool {
    !Facts::of(seen.rules, &copy.record, seen.ending.now).is_open()
}

/// How often each lead was routed upon a change of its copy, or when its wait was over, and how often it waited.
fn first_routed(seen: &Seen<'_>) -> BTreeMap<RecordId, (usize, usize)> {
    let mut routed: BTreeMap<RecordId, (usize, usize)> = BTreeMap::new();
    for audit in &seen.audits {
        let (Function::LeadRouting, Subject::Record(id)) = (audit.function, &audit.subject) else {
            continue;
        };
        // What the model routes again upon an edge is counted by itself.
        let upon_change = matches!(audit.event_name.as_str(), "record.changed" | "deadline.due")
            && !audit.outcome.starts_with("routed again");
        let routes = audit.events.iter().any(|event| {
            let rule = match &event.data {
                EventData::RecordRouted { rule, .. } => rule.as_str(),
                _ => return false,
            };
            // Whom somebody names in the CRM is told as well.
            rule != ALREADY_OWNED && rule != BY_HAND && rule != TAKEN
        });
        let mut events = audit.events.iter();
        // That its owner was taken off is no reason to route it once more, and before any rule was asked it
        // was not routed.
        let waits = events.any(|event| {
            matches!(&event.data, EventData::RecordWaiting { rule }
                if rule != OWNER_REMOVED && rule != AWAITS_FACTS)
        });
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
