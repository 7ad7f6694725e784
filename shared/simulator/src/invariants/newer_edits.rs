use std::collections::BTreeMap;

use contracts::EventData;
use crm::{Author, Change, RecordId, Value};
use jiff::Timestamp;

use super::seen::Seen;
use crate::portal::Written;

/// What somebody set by hand after a decision was taken is not overwritten by what follows from it,
/// or is put back.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let modified = modified(seen);
    let mut found = Vec::new();
    for written in &seen.ending.written {
        let Some((decided, sequence)) = written.decided else {
            continue;
        };
        // A race that was lost is decided anew, about a copy that is newer than the decision's time.
        let judged = modified.get(&(&written.record, sequence)).copied();
        let judged = judged.map_or(decided, |judged| judged.max(decided));
        let Some(held) = seen.ending.records.get(&written.record) else {
            continue;
        };
        let changes = held.history.get(&written.field).into_iter().flatten();
        // Newest first: what our write replaced is the first of those before it.
        let replaced = changes.clone().find(|change| change.at < written.at);
        let by_hand = |it: &&Change| !matches!(it.by, Author::App(_)) && judged < it.at;
        let Some(theirs) = replaced.filter(by_hand) else {
            continue;
        };
        // Somebody set it away and back again: what was decided about still stands.
        let before = changes.clone().find(|change| change.at <= judged);
        let before = before.and_then(|before| before.value.as_ref());
        if or_first_stage(seen, written, before) == theirs.value {
            continue;
        }
        // The oldest of those after our write: what we put back, or what stands since.
        let after = changes.clone().rfind(|change| change.at > written.at);
        let put_back = after.is_some_and(|after| after.value == theirs.value);
        if theirs.value != written.value && !put_back {
            found.push(format!(
                "{} of {}: what was decided at {decided} was written at {} over an edit of {}",
                written.field, written.record, written.at, theirs.at
            ));
        }
    }
    found
}

/// What a field holds; a record without a stage stands at its first.
fn or_first_stage(seen: &Seen<'_>, written: &Written, value: Option<&Value>) -> Option<Value> {
    let first = || {
        let lifecycle = seen.rules.model.journeys(written.record.kind).next();
        let stage = lifecycle
            .filter(|_| written.field == "stage")?
            .stages
            .first()?;
        Some(Value::Text(stage.name.clone()))
    };
    value.cloned().or_else(first)
}

/// When the CRM had last modified each copy of a record.
fn modified<'a>(seen: &'a Seen<'_>) -> BTreeMap<(&'a RecordId, u64), Timestamp> {
    let mut modified = BTreeMap::new();
    let events = seen.audits.iter().flat_map(|audit| &audit.events);
    for event in events {
        if let (EventData::RecordChanged { modified: at, .. }, Some(record)) =
            (&event.data, &event.record)
        {
            modified.insert((record, event.sequence), *at);
        }
    }
    modified
}
