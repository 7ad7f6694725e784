use contracts::{
    CrmWrite, EventData, Key,
    state::{EffectState, EffectStatus, RoutingState, RoutingStatus},
};
use crm::{Author, OWNER, PersonId, RecordId, Value};

use super::seen::Seen;
use crate::portal::Held;

/// The owner whom the CRM shows is the one who was decided last, or whom somebody set by hand since;
/// or the CRM has refused the write.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = Vec::new();
    for (id, held) in &seen.ending.records {
        let Some(state) = seen.state::<RoutingState>(&Key::routing(id)) else {
            continue;
        };
        let (RoutingStatus::Routed | RoutingStatus::OwnedByHand, Some(owner)) =
            (state.status, &state.owner)
        else {
            continue;
        };
        // Where the model routes such records into a second field, that says whose they are.
        let field = seen.rules.model.routed_into(id.kind).unwrap_or(OWNER);
        let shown = held.fields.get(field).and_then(Value::person);
        if held.deleted || shown == Some(owner) || not_written(seen, id, owner, state.sequence) {
            continue;
        }
        // What people set last stands: whoever they name has it, and nobody has once a copy told that they
        // took it off.
        let told = || tells_of_owner(seen, (id, field), state.sequence);
        if by_hand(held, field) && (shown.is_some() || !told()) {
            continue;
        }
        let shown = shown.map_or("nobody", PersonId::as_str);
        found.push(format!(
            "{id} is routed to {owner}, and the CRM shows {shown}"
        ));
    }
    found
}

/// Whether a person had the last hand in who owns it.
fn by_hand(held: &Held, field: &str) -> bool {
    let newest = held.history.get(field).and_then(|changes| changes.first());
    newest.is_some_and(|change| matches!(change.by, Author::Person(_)))
}

/// Whether a copy newer than this one told of another owner than the one before.
fn tells_of_owner(seen: &Seen<'_>, (id, field): (&RecordId, &str), sequence: u64) -> bool {
    let mut events = seen.ending.events.values();
    events.any(|event| {
        let owner = matches!(
            &event.data,
            EventData::RecordChanged { changed, first: false, .. }
                if changed.iter().any(|name| name == field)
        );
        owner && event.sequence > sequence && event.record.as_ref() == Some(id)
    })
}

/// Whether the write that was decided about this copy of the record, or a newer one, ended otherwise than done.
fn not_written(seen: &Seen<'_>, id: &RecordId, owner: &PersonId, sequence: u64) -> bool {
    let mut events = seen.ending.events.values();
    events.any(|event| {
        let write = matches!(
            &event.data,
            EventData::CrmWriteRequested { write: CrmWrite::Owner { to, .. } } if to == owner
        );
        let state = || seen.state::<EffectState>(&Key::effect(&event.id));
        write
            && event.record.as_ref() == Some(id)
            && event.sequence >= sequence
            && state().is_some_and(|state| {
                matches!(state.status, EffectStatus::Skipped | EffectStatus::Refused)
            })
    })
}
