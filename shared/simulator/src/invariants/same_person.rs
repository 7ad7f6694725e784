use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData, Function, Key, Subject,
    state::{IdentityState, RoutingState, RoutingStatus},
};
use crm::{Record, RecordId};
use decisions::routing::{identity, identity_to_keep};

use super::seen::Seen;

/// The open records of one person know each other, and the rules gave one of them only to somebody: what came later
/// has joined it.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut kept: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
    let mut persons: BTreeMap<String, Vec<(&Record, RoutingState)>> = BTreeMap::new();
    for record in seen.copies().iter().map(|copy| &copy.record) {
        let Some(routing) = seen.state::<RoutingState>(&Key::routing(&record.id)) else {
            continue;
        };
        let ought = identity_to_keep(seen.rules, record, &routing, seen.ending.now);
        if ought != routing.identity {
            found.push(format!(
                "{} is found by another person's records than its own",
                record.id
            ));
        }
        if routing.joined.is_some() && routing.owner.is_none() {
            found.push(format!("{} has joined another and is nobody's", record.id));
        }
        if let Some(identity) = &routing.identity {
            let kept = kept.entry(identity.clone()).or_default();
            kept.insert(record.id.clone());
        }
        if let Some(identity) = identity(seen.rules, record) {
            let all = persons.entry(identity).or_default();
            all.push((record, routing));
        }
    }
    for (identity, records) in kept {
        let known: IdentityState = seen.state(&Key::identity(&identity)).unwrap_or_default();
        for record in records.iter().filter(|id| !known.records.contains(id)) {
            found.push(format!("{record} is not among the records of its person"));
        }
        for record in known.records.iter().filter(|id| !records.contains(id)) {
            found.push(format!(
                "{record} is kept among the records of a person, and is none"
            ));
        }
    }
    let apart = moved_apart(seen);
    for records in persons.into_values() {
        found.extend(two_firsts(&records, &apart));
    }
    found
}

/// Two open records of one person that the rules gave to two, though nothing else has moved them apart.
fn two_firsts(records: &[(&Record, RoutingState)], apart: &BTreeSet<RecordId>) -> Option<String> {
    let by_the_rules = |(record, it): &(&Record, RoutingState)| {
        let once = it.reassigned.is_empty() && it.rerouted.is_empty() && it.refused.is_empty();
        it.status == RoutingStatus::Routed && once && !apart.contains(&record.id)
    };
    if !records.iter().all(by_the_rules) {
        return None;
    }
    let firsts = records
        .iter()
        .filter(|(_, it)| it.joined.is_none() && it.identity.is_some());
    let firsts: Vec<String> = firsts.map(|(record, _)| record.id.to_string()).collect();
    (firsts.len() > 1).then(|| format!("{} are of one person, and none joined", firsts.join(", ")))
}

/// Those that held another value once, or were closed and opened again.
fn moved_apart(seen: &Seen<'_>) -> BTreeSet<RecordId> {
    let mut apart = BTreeSet::new();
    for audit in &seen.audits {
        let Subject::Record(id) = &audit.subject else {
            continue;
        };
        let same = seen.rules.model.duplicates.get(&id.kind);
        let changed = audit.events.iter().any(|event| match &event.data {
            EventData::RecordChanged { changed, first, .. } => {
                !first && same.is_some_and(|it| changed.contains(&it.same.name))
            }
            _ => false,
        });
        let found = ["counts as an open lead", "kept among the open records"];
        let again = audit.function == Function::LeadRouting
            && found.iter().any(|words| audit.outcome.starts_with(words));
        if changed || again {
            apart.insert(id.clone());
        }
    }
    apart
}
