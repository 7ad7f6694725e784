use std::collections::BTreeMap;

use contracts::{
    Key,
    state::{LatestState, MOST_LATEST},
};
use crm::{Record, RecordId, RecordKind, Value};
use decisions::latest::kept_at;
use model::{Derived, LatestOfDomain};

use super::seen::Seen;
use crate::{revisions::FORMER_HOURS, world::after};

/// Whose the leads of a domain were last is what their copies say: each under its domain, once, and nobody else.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let derived = seen.rules.model.derived.values();
    let asked = derived.filter_map(|derived| match derived {
        Derived::Latest(latest) => Some(latest),
        _ => None,
    });
    let asked: Vec<&LatestOfDomain> = asked.collect();
    let copies = seen.copies().iter().map(|copy| &copy.record);
    let leads = copies.filter(|it| it.id.kind == RecordKind::Lead && !it.archived);
    let leads: BTreeMap<&RecordId, &Record> = leads.map(|it| (&it.id, it)).collect();
    let mut found = Vec::new();
    for item in &seen.ending.items {
        let state = item.body.read_shared::<LatestState>();
        if let (true, Ok(state)) = (item.key.is_latest(), state) {
            found.extend(wrong(seen, &item.key, &state, &leads));
        }
    }
    for lead in leads.values() {
        let missing = asked.iter().filter(|it| is_missing(seen, lead, it));
        found.extend(missing.map(|it| format!("{} is under no domain by {}", lead.id, it.person)));
        let own = lead.latest.values().filter(|it| it.record == lead.id);
        found.extend(own.map(|_| format!("{} tells of itself", lead.id)));
    }
    found
}

/// What is kept of a domain and is not so.
fn wrong(
    seen: &Seen<'_>,
    key: &Key,
    state: &LatestState,
    leads: &BTreeMap<&RecordId, &Record>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (field, kept) in &state.kept {
        let dates: Vec<_> = kept.iter().map(|it| it.at).collect();
        if kept.len() > MOST_LATEST || !dates.is_sorted_by(|one, other| one >= other) {
            found.push(format!("{} are not the latest of a domain", kept.len()));
        }
        for latest in kept {
            let lead = leads.get(&latest.record);
            let at = lead.and_then(|lead| kept_at(&seen.rules.model, lead));
            let person = lead.and_then(|lead| lead.value(field)?.person());
            let times = kept.iter().filter(|it| it.record == latest.record).count();
            if at.as_ref() != Some(key) || person != Some(&latest.person) || times != 1 {
                let (record, whose) = (&latest.record, &latest.person);
                found.push(format!(
                    "{record} is kept as {whose}'s {times} times under a domain, and is {person:?}'s"
                ));
            }
        }
    }
    found
}

/// Whether a lead is somebody's and does not stand under its domain. Where there are more than are kept of one, others
/// may have been later.
fn is_missing(seen: &Seen<'_>, lead: &Record, asked: &LatestOfDomain) -> bool {
    let leads = seen.ending.records.keys();
    let few = leads.filter(|it| it.kind == RecordKind::Lead).count() <= MOST_LATEST;
    let person = lead.value(&asked.person.name).and_then(Value::person);
    let late = after(lead.created, FORMER_HOURS) > seen.ending.now;
    let (Some(person), Some(key), true) = (person, kept_at(&seen.rules.model, lead), few && late)
    else {
        return false;
    };
    let kept = seen.shared::<LatestState>(&key);
    let kept = kept.as_ref().and_then(|it| it.kept.get(&asked.person.name));
    let there = |it: &crm::Latest| it.record == lead.id && it.person == *person;
    !kept.is_some_and(|kept| kept.iter().any(there))
}
