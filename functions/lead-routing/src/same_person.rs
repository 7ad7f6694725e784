//! The records of one person: read with a decision, and kept with it.

use contracts::{
    Indexes, Key,
    state::{IdentityState, RecordState, RoutingState},
};
use crm::RecordId;
use decisions::{
    Rules, Staffing,
    routing::{Routed, Theirs, Todo, identity_to_keep, join, theirs},
};
use engine::{Read, RecordFacts};
use jiff::Timestamp;
use store::{Put, StoreError, Versioned, put_state};

use crate::plan::{Occasion, Plan};

/// So many records of one person are kept: each is read when the next comes.
const MOST: usize = 40;

/// What must be read to know the others, after the item that names them.
pub(crate) fn others(plan: &Plan, read: &Read) -> Result<Vec<Key>, StoreError> {
    if !matches!(plan.todo, Occasion::Change(Todo::Route(_))) {
        return Ok(Vec::new());
    }
    let Some(identity) = &plan.identity else {
        return Ok(Vec::new());
    };
    let known: IdentityState = read.state_or_default(&Key::identity(identity))?;
    let others = known.records.iter().filter(|id| **id != plan.id);
    Ok(others
        .flat_map(|id| [Key::record(id), Key::routing(id)])
        .collect())
}

/// The decision that the record joins another of the same person; else by the rules, as `by_rules` says, with why
/// it joins none.
pub(crate) fn joined(
    staffing: &Staffing,
    facts: &RecordFacts,
    plan: &Plan,
    read: &Read,
    now: Timestamp,
    by_rules: impl FnOnce() -> Result<Option<Routed>, StoreError>,
) -> Result<Option<Routed>, StoreError> {
    let (Occasion::Change(Todo::Route(choice)), Some(identity)) = (&plan.todo, &plan.identity)
    else {
        return by_rules();
    };
    let others = open_ones(staffing, facts.id(), identity, read, now)?;
    let (record, sequence) = (&facts.record.state.record, facts.record.state.sequence);
    let before = plan.before.as_ref().map(|before| &before.state);
    match join(staffing, record, choice, before, &others, now) {
        Ok(joined) => Ok(Some(joined.by_copy(sequence))),
        Err(None) => by_rules(),
        Err(Some(why)) => {
            let mut routed = by_rules()?;
            if let Some(routed) = &mut routed {
                routed.draft.reasons.insert(0, why);
            }
            Ok(routed)
        }
    }
}

fn open_ones(
    rules: &Rules,
    of: &RecordId,
    identity: &str,
    read: &Read,
    now: Timestamp,
) -> Result<Vec<Theirs>, StoreError> {
    let known: IdentityState = read.state_or_default(&Key::identity(identity))?;
    let mut open = Vec::new();
    for id in known.records.iter().filter(|id| *id != of) {
        let copy = read.state::<RecordState>(&Key::record(id))?;
        let routing = read.state::<RoutingState>(&Key::routing(id))?;
        let routing = routing.as_ref().map(|it| &it.state);
        let copy = copy.as_ref().map(|it| &it.state.record);
        open.extend(copy.and_then(|copy| theirs(rules, copy, routing, identity, now)));
    }
    Ok(open)
}

/// Says in the routing by what the record is found since a decision, and what is written of that. Given to another, it
/// is a record of its own.
pub(crate) fn keep(
    rules: &Rules,
    facts: &RecordFacts,
    plan: &Plan,
    read: &Read,
    routing: &mut RoutingState,
    now: Timestamp,
) -> Result<Vec<Put>, StoreError> {
    let before = plan.before.as_ref().map(|before| &before.state);
    if before.is_some_and(|it| it.joined == routing.joined && it.owner != routing.owner) {
        routing.joined = None;
    }
    let was = before.and_then(|before| before.identity.clone());
    let identity = identity_to_keep(rules, &facts.record.state.record, routing, now);
    routing.identity.clone_from(&identity);
    let mut puts = Vec::new();
    if was != identity
        && let Some(was) = &was
    {
        puts.extend(changed(was, read, |records| {
            records.retain(|id| id != facts.id());
        })?);
    }
    // Another that came while this one's owner was not there may have left it out: so it is put back whenever it is
    // decided about.
    if let Some(identity) = &identity {
        let routes = matches!(plan.todo, Occasion::Change(Todo::Route(_)));
        let open = match routes {
            true => Some(open_ones(rules, facts.id(), identity, read, now)?),
            false => None,
        };
        puts.extend(changed(identity, read, |records| {
            if let Some(open) = open {
                records.retain(|id| open.iter().any(|it| it.record == *id));
            }
            if !records.contains(facts.id()) && records.len() < MOST {
                records.push(facts.id().clone());
            }
        })?);
    }
    Ok(puts)
}

fn changed(
    identity: &str,
    read: &Read,
    change: impl FnOnce(&mut Vec<RecordId>),
) -> Result<Option<Put>, StoreError> {
    let key = Key::identity(identity);
    let before: Option<Versioned<IdentityState>> = read.state(&key)?;
    let known = before.as_ref().map(|it| it.state.clone());
    let known = known.unwrap_or_default();
    let mut after = known.clone();
    change(&mut after.records);
    let differs = after != known;
    Ok(differs.then(|| put_state(key, &after, before.as_ref(), Indexes::default())))
}
