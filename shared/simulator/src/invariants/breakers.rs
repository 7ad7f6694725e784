use std::collections::BTreeMap;

use contracts::{
    EventData, Function,
    state::{BreakerState, GateState},
};
use crm::PersonId;
use decisions::gates::within;
use jiff::{SignedDuration, Timestamp};
use model::GateMode;

use super::seen::Seen;

/// How far the clocks of two machines are apart at the most.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// No more moves of one person are turned back in a length of time than the model allows, and each that is held
/// is counted as held, of whom it says.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let mut found = too_often(seen);
    let mut held: BTreeMap<PersonId, u32> = BTreeMap::new();
    let mut counted: BTreeMap<PersonId, u32> = BTreeMap::new();
    for item in &seen.ending.items {
        if item.key.holds::<GateState>() {
            let state = item.body.read::<GateState>().ok();
            if let Some(of) = state.and_then(|state| state.held).map(|held| held.of) {
                let count = held.entry(of).or_default();
                *count = count.saturating_add(1);
            }
        } else if let Some(person) = item.key.breaker_of() {
            let state = item.body.read::<BreakerState>().ok();
            if let Some(hold) = state.and_then(|state| state.hold) {
                counted.insert(person, hold.left());
            }
        }
    }
    if held != counted {
        found.push(format!(
            "held are {held:?}, and counted as held {counted:?}"
        ));
    }
    found
}

fn too_often(seen: &Seen<'_>) -> Vec<String> {
    let Some((times, length)) = within(seen.rules) else {
        return Vec::new();
    };
    let mut turned: BTreeMap<PersonId, Vec<Timestamp>> = BTreeMap::new();
    let of_gates = seen.audits.iter();
    for audit in of_gates.filter(|audit| audit.function == Function::StageGates) {
        let mut events = audit.events.iter();
        let back = events.any(|event| {
            matches!(
                event.data,
                EventData::GateTurnedBack {
                    mode: GateMode::TurnBack,
                    ..
                }
            )
        });
        if !back {
            continue;
        }
        let breakers = audit
            .items_changed()
            .filter_map(|(key, _)| key.breaker_of());
        let breakers: Vec<PersonId> = breakers.collect();
        // Where a move that was held of one is turned back as another's, it is not told whose is whose.
        if let [person] = breakers.as_slice() {
            turned.entry(person.clone()).or_default().push(audit.at);
        }
    }
    let mut found = Vec::new();
    for (person, mut at) in turned {
        at.sort_unstable();
        let beyond = at.iter().zip(at.iter().skip(times));
        for (first, last) in beyond {
            if last.duration_since(*first) + APART < length {
                found.push(format!(
                    "of {person} more than {times} were turned back between {first} and {last}"
                ));
            }
        }
    }
    found
}
