use contracts::{Key, state::RecordState};
use crm::RecordId;
use decisions::sync::without_personal;

use super::seen::Seen;

/// Of a person whom the CRM has erased for privacy our copies hold nothing personal, and say since when they are
/// forgotten.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let records = &seen.ending.records;
    let is_erased = |id: &RecordId| records.get(id).is_some_and(|held| held.erased);
    // What was merged into a record that was erased is the same person.
    let erased = records
        .iter()
        .filter(|(_, held)| held.erased || held.merged_into.as_ref().is_some_and(is_erased));
    let copies = erased.filter_map(|(id, _)| seen.state::<RecordState>(&Key::record(id)));
    let mut found = Vec::new();
    for record in copies.map(|copy| copy.record) {
        let id = &record.id;
        if record.erased.is_none() {
            found.push(format!("the person of {id} is not forgotten"));
        }
        let emptied = without_personal(record.clone(), &seen.rules.model);
        if emptied != record {
            found.push(format!("the copy of {id} holds a personal value"));
        }
    }
    found
}
