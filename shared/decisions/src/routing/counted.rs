//! As whose open lead a lead counts, and what those with a capacity have in hand since a decision.
//!
//! Whoever has a capacity is counted for, whatever pool or hand a lead comes from. A lead counts from the
//! moment it is somebody's until it is closed, archived, another's or nobody's. For a day and a week
//! counts every lead that came to them, whatever became of it later, but not one that the CRM refused to
//! make theirs, and not one that was theirs before we saw it.

use contracts::{DecisionDraft, Reason, state::RoutingState};
use crm::{PersonId, Record, RecordKind};
use jiff::Timestamp;

use super::{keep::ALREADY_OWNED, routed::Routed};
use crate::{
    capacity::{Loads, NotRead, came, load_of},
    facts::Facts,
    rules::{Rules, Staffing},
};

/// As whose open lead a lead counts; nobody's once it is closed or archived, or if it has joined another of the
/// same person.
#[must_use]
pub fn counts_for(
    rules: &Rules,
    record: &Record,
    routing: &RoutingState,
    now: Timestamp,
) -> Option<PersonId> {
    let open = record.id.kind == RecordKind::Lead && Facts::of(rules, record, now).is_open();
    let counts = open && routing.joined.is_none();
    routing.owner.clone().filter(|_| counts)
}

/// What follows where nothing else does: a lead that was closed does not count for its owner any more,
/// and one that was opened again does. None if it counts as it should.
#[must_use]
pub fn counted_anew(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Routed> {
    let before = before?;
    let counts = counts_for(rules, record, before, now);
    if counts == before.counted {
        return None;
    }
    let (outcome, person) = match (&counts, &before.counted) {
        (Some(now), _) => (format!("counts as an open lead of {now}"), now),
        (None, Some(before)) => (format!("no open lead of {before} any more"), before),
        (None, None) => return None,
    };
    let place = rules.model.people.get(person).map(|known| known.place);
    let note = match &counts {
        Some(_) => "it is open, and theirs",
        None => "it is closed",
    };
    Some(Routed {
        draft: DecisionDraft {
            reasons: vec![Reason::note(format!("people.{person}"), place, note)],
            outcome,
            ..DecisionDraft::default()
        },
        routing: before.clone(),
        pool: None,
        left: None,
    })
}

/// Says in the routing as whose open lead the record counts since a decision, and what those concerned
/// have in hand then.
///
/// # Errors
/// If it was not read what one of them has in hand.
pub fn hand_over(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    routing: &mut RoutingState,
    now: Timestamp,
) -> Result<Loads, NotRead> {
    routing.counted = counts_for(staffing, record, routing, now);
    let counted = before.and_then(|before| before.counted.as_ref());
    let owned = before.and_then(|before| before.owner.as_ref());
    let mut loads = Loads::new();
    let (gives, takes) = (counted, routing.counted.as_ref());
    if gives != takes {
        if let Some(mut load) = load_of(staffing, gives)? {
            load.open = load.open.saturating_sub(1);
            loads.extend(gives.map(|person| (person.clone(), load)));
        }
        if let Some(mut load) = load_of(staffing, takes)? {
            load.open = load.open.saturating_add(1);
            loads.extend(takes.map(|person| (person.clone(), load)));
        }
    }
    let theirs_before = routing.rule == ALREADY_OWNED;
    if let Some(person) = takes.filter(|person| Some(*person) != owned && !theirs_before) {
        came(staffing, person, (1, now), &mut loads)?;
    }
    let refused = owned.filter(|owner| {
        let before = before.is_some_and(|before| before.refused.contains(*owner));
        !before && routing.refused.contains(*owner)
    });
    if let (Some(person), Some(before)) = (refused, before) {
        came(staffing, person, (-1, before.at), &mut loads)?;
    }
    for load in loads.values_mut() {
        load.changed = Some(now);
    }
    Ok(loads)
}
