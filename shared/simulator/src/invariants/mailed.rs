use std::collections::BTreeMap;

use contracts::{Event, Key};
use crm::{OWNER, PersonId, RecordId, Value};
use jiff::Timestamp;

use super::seen::Seen;
use crate::story::ActionKind;

/// Nobody is mailed that a record is somebody's before the CRM has shown it as theirs.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let events = seen.ending.events.values();
    let telling = events.filter(|event| event.data.tells_whose().is_some());
    let telling: BTreeMap<Key, &Event> = telling
        .map(|event| (Key::effect(&event.id), event.as_ref()))
        .collect();
    let mut found = Vec::new();
    for mail in &seen.ending.mails {
        for event in mail.tells.iter().filter_map(|key| telling.get(key)) {
            let (Some(whose), Some(record)) = (event.data.tells_whose(), &event.record) else {
                continue;
            };
            if !was_theirs(seen, record, whose, mail.at) {
                found.push(format!(
                    "{} was mailed at {} that {record} is {whose}'s, and the CRM had not taken that",
                    mail.to, mail.at
                ));
            }
        }
    }
    found
}

/// Whether the CRM showed somebody as the owner of a record at some time until then. Of an owner whom a merge has
/// brought along, the history says nothing.
fn was_theirs(seen: &Seen<'_>, record: &RecordId, whose: &PersonId, until: Timestamp) -> bool {
    let Some(held) = seen.ending.records.get(record) else {
        return false;
    };
    let owned = |value: Option<&Value>| value.and_then(Value::person) == Some(whose);
    let field = seen.rules.model.routed_into(record.kind).unwrap_or(OWNER);
    let changes = held.history.get(field).into_iter().flatten();
    let mut taken = changes.filter(|change| owned(change.value.as_ref()));
    let brought = || held.history.get(field).is_none_or(Vec::is_empty);
    taken.any(|change| change.at <= until)
        || (brought() && owned(held.fields.get(field)))
        || merged_before(seen, record, until).any(|gone| {
            // Of a record that is gone the CRM may keep nothing.
            !seen.ending.records.contains_key(gone) || was_theirs(seen, gone, whose, until)
        })
}

/// The records that were merged into this one until then: whose they were, it is.
fn merged_before<'a>(
    seen: &'a Seen<'_>,
    record: &'a RecordId,
    until: Timestamp,
) -> impl Iterator<Item = &'a RecordId> {
    let actions = seen.story.actions.iter();
    let actions = actions.filter(move |action| action.at <= until);
    actions.filter_map(move |action| match &action.what {
        ActionKind::Merged { record: gone, into } if into == record => Some(gone),
        _ => None,
    })
}
