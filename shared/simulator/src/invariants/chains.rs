use std::{collections::BTreeMap, iter};

use contracts::EventData;
use crm::RecordId;
use jiff::Timestamp;

use super::seen::Seen;
use crate::story::ActionKind;

/// The most actions of ours in a row.
const LONGEST: usize = 8;

/// How far back from an event its causes are followed.
const FAR: usize = 64;

/// No more than eight actions of ours follow from one another without anybody's doing: neither by their causes,
/// nor, since these end where the CRM tells of our own writes, into one field of a record between two things
/// that people do to it.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = by_causes(seen);
    found.extend(by_field(seen));
    found
}

/// Writes and reassignments that are causes of one another.
fn by_causes(seen: &Seen<'_>) -> Vec<String> {
    let events = &seen.ending.events;
    let is_action = |data: &EventData| {
        matches!(
            data,
            EventData::CrmWriteRequested { .. } | EventData::ReassignRequested { .. }
        )
    };
    let actions = events.values().filter(|event| is_action(&event.data));
    let long = actions.filter(|action| {
        let causes = iter::successors(Some(*action), |event| events.get(event.causation.as_ref()?));
        let causes = causes.take(FAR).filter(|event| is_action(&event.data));
        causes.count() > LONGEST
    });
    long.map(|action| {
        let (name, id) = (action.name(), &action.id);
        format!("{name} {id} is behind more than {LONGEST} actions")
    })
    .collect()
}

/// Writes into one field.
fn by_field(seen: &Seen<'_>) -> Vec<String> {
    let mut touched: BTreeMap<&RecordId, Vec<Timestamp>> = BTreeMap::new();
    for action in &seen.story.actions {
        for record in records_of(&action.what) {
            touched.entry(record).or_default().push(action.at);
        }
    }
    let mut counts: BTreeMap<(&RecordId, &str, usize), usize> = BTreeMap::new();
    for written in &seen.ending.written {
        let before = touched.get(&written.record).map_or(0, |times| {
            times.iter().filter(|at| **at <= written.at).count()
        });
        let count = counts
            .entry((&written.record, &written.field, before))
            .or_default();
        *count = count.saturating_add(1);
    }
    let long = counts.into_iter().filter(|(_, count)| *count > LONGEST);
    long.map(|((record, field, _), count)| {
        format!("{field} of {record} was written {count} times without anybody's doing")
    })
    .collect()
}

fn records_of(what: &ActionKind) -> Vec<&RecordId> {
    match what {
        ActionKind::Imported { records } => records.iter().map(|(record, _)| record).collect(),
        ActionKind::Set { record, .. }
        | ActionKind::Belongs { record, .. }
        | ActionKind::Contacted { record, .. }
        | ActionKind::Replied { record }
        | ActionKind::Deleted { record }
        | ActionKind::Erased { record }
        | ActionKind::Restored { record }
        | ActionKind::Excepted { record, .. }
        | ActionKind::Merged { into: record, .. } => vec![record],
        ActionKind::HandedOver { record, .. }
        | ActionKind::Reminded { record, .. }
        | ActionKind::Approved { record, .. } => {
            vec![record]
        }
        ActionKind::Away { .. }
        | ActionKind::Answered { .. }
        | ActionKind::Reviewed { .. }
        | ActionKind::Behaved { .. }
        | ActionKind::UserChanged { .. } => Vec::new(),
    }
}
