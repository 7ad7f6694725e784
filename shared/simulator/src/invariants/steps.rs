use std::collections::{BTreeMap, BTreeSet};

use contracts::{AuditRecord, DeviationStepTaken, EventData, Function, Subject};
use crm::RecordId;

use super::seen::Seen;

/// A step of a deviation happens once an opening, while the deviation is open, and no earlier than the steps
/// before it.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut lives: BTreeMap<&RecordId, Vec<&AuditRecord>> = BTreeMap::new();
    for audit in &seen.audits {
        if let (Function::DeviationWatch, Subject::Record(id)) = (audit.function, &audit.subject) {
            lives.entry(id).or_default().push(audit);
        }
    }
    let mut found = Vec::new();
    for (id, mut audits) in lives {
        // Of one record decisions follow one another, each about what the one before left.
        audits.sort_by_key(|audit| (nth(audit), audit.at));
        let mut open: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let events = audits.iter().flat_map(|audit| &audit.events);
        for event in events {
            match &event.data {
                EventData::DeviationOpened { deviation, .. } => {
                    open.insert(deviation, BTreeSet::new());
                }
                EventData::DeviationClosed { deviation } => {
                    open.remove(deviation.as_str());
                }
                EventData::DeviationStepTaken(DeviationStepTaken {
                    deviation, step, ..
                }) => match open.get_mut(deviation.as_str()) {
                    None => found.push(format!(
                        "{id}: step {step} of {deviation} was taken, which is not open"
                    )),
                    Some(taken) if taken.last().is_some_and(|last| last >= step) => {
                        found.push(format!(
                            "{id}: step {step} of {deviation} was taken after {taken:?}"
                        ));
                    }
                    Some(taken) => {
                        taken.insert(*step);
                    }
                },
                _ => {}
            }
        }
    }
    found
}

/// Which change of the item it is.
fn nth(audit: &AuditRecord) -> (u64, u32) {
    let mut changes = audit.items_changed();
    let change = changes.find(|(key, _)| key.holds::<contracts::state::DeviationsState>());
    change.map_or((0, 0), |(_, change)| (change.version, change.nth))
}
