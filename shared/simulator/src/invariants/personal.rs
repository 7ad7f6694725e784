use contracts::state::RecordState;

use super::seen::Seen;
use crate::generate::PERSONAL;

/// No personal value stands anywhere but in the copies of records, and in the reasons of absences: not in
/// events, audit records, reasons or other states. What cannot be written as text may be anything.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for item in &seen.ending.items {
        let (key, body) = (&item.key, &item.body);
        if key.holds::<RecordState>() || key.is_absences() {
            continue;
        }
        match body.text() {
            Ok(text) if text.contains(PERSONAL) => {
                found.push(format!("{}/{} holds a personal value", key.pk, key.sk));
            }
            Ok(_) => {}
            Err(why) => found.push(format!("{}/{} cannot be read: {why}", key.pk, key.sk)),
        }
    }
    for event in seen.ending.events.values() {
        let (name, id) = (event.name(), &event.id);
        match serde_json::to_string(&**event) {
            Ok(text) if text.contains(PERSONAL) => {
                found.push(format!("{name} {id} holds a personal value"));
            }
            Ok(_) => {}
            Err(why) => found.push(format!("{name} {id} cannot be read: {why}")),
        }
    }
    found
}
