//! What the people of an account have done: it counts through the leads of the account by which they are known.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::{BehavioursState, MOST_KEPT};
use crm::RecordId;
use jiff::Timestamp;

use super::{drop_oldest, is_over};

/// What the people of an account have done, of which through this lead counts what `done` says, and nothing else; none
/// if that is so.
#[must_use]
pub fn with_lead(
    before: Option<&BehavioursState>,
    lead: &RecordId,
    done: &[&BehavioursState],
    now: Timestamp,
) -> Option<BehavioursState> {
    let mut state = before.cloned().unwrap_or_default();
    let mut theirs: BTreeMap<&str, BTreeMap<&str, Timestamp>> = BTreeMap::new();
    for (behaviour, seen) in done.iter().flat_map(|it| &it.seen) {
        let late = seen.iter().filter(|(_, at)| !is_over(**at, now));
        let of = theirs.entry(behaviour).or_default();
        of.extend(late.map(|(id, at)| (id.as_str(), *at)));
    }
    for (id, leads) in &mut state.through {
        if !theirs.values().any(|of| of.contains_key(id.as_str())) {
            leads.remove(lead);
        }
    }
    for (behaviour, of) in theirs {
        let seen = state.seen.entry(behaviour.to_owned()).or_default();
        for (id, at) in of {
            seen.insert(id.to_owned(), at);
            let through = state.through.entry(id.to_owned()).or_default();
            through.insert(lead.clone());
        }
    }
    let through = &state.through;
    state.seen.retain(|_, kept| {
        let counts = |id: &String| through.get(id).is_some_and(|leads| !leads.is_empty());
        kept.retain(|id, at| counts(id) && !is_over(*at, now));
        drop_oldest(kept, MOST_KEPT);
        !kept.is_empty()
    });
    let kept: BTreeSet<String> = state
        .seen
        .values()
        .flat_map(BTreeMap::keys)
        .cloned()
        .collect();
    state.through.retain(|id, _| kept.contains(id));
    (state != before.cloned().unwrap_or_default()).then_some(state)
}
