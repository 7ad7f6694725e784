use std::collections::BTreeMap;

use crm::RecordId;
use jiff::Timestamp;

use super::seen::Seen;
use crate::story::ActionKind;

/// The most writes of ours into a field of a record between two things that people do to it.
const LONGEST: usize = 8;

/// No chain of automatic actions goes on without end: between two things that people do to a record,
/// we write a field of it a few times and no more.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut touched: BTreeMap<&RecordId, Vec<Timestamp>> = BTreeMap::new();
    for action in &seen.story.actions {
        if let Some(record) = record_of(&action.what) {
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

const fn record_of(what: &ActionKind) -> Option<&RecordId> {
    match what {
        ActionKind::Set { record, .. }
        | ActionKind::Belongs { record, .. }
        | ActionKind::Contacted { record, .. }
        | ActionKind::Replied { record }
        | ActionKind::Deleted { record }
        | ActionKind::Restored { record }
        | ActionKind::Merged { into: record, .. } => Some(record),
        ActionKind::Away { .. } => None,
    }
}
