use contracts::state::RecordState;
use serde_json::Value;

use super::Seen;
use crate::generate::PERSONAL;

/// No personal value stands anywhere but in the copies of records: not in events, audit records,
/// reasons or other states.
pub(super) fn check(seen: &Seen<'_>) -> Vec<String> {
    let items = seen.ending.items.iter();
    let others = items.filter(|item| !item.key.holds::<RecordState>());
    others
        .filter(|item| holds(&item.body))
        .map(|item| format!("{}/{} holds a personal value", item.key.pk, item.key.sk))
        .collect()
}

fn holds(body: &Value) -> bool {
    match body {
        Value::String(text) => text.contains(PERSONAL),
        Value::Array(all) => all.iter().any(holds),
        Value::Object(all) => all.values().any(holds),
        _ => false,
    }
}
