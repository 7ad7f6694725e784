use contracts::state::RecordState;

use super::seen::Seen;
use crate::generate::PERSONAL;

/// No personal value stands anywhere but in the copies of records: not in events, audit records,
/// reasons or other states.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let items = seen.ending.items.iter();
    let others = items.filter(|item| !item.key.holds::<RecordState>());
    others
        .filter(|item| item.body.text().is_ok_and(|text| text.contains(PERSONAL)))
        .map(|item| format!("{}/{} holds a personal value", item.key.pk, item.key.sk))
        .collect()
}
