//! What people can take: what somebody with a capacity has in hand, over all pools, and who is full.

mod recount;

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::LoadState;
use crm::PersonId;
use jiff::{SignedDuration, Timestamp, civil::Date};
use model::{AllAway, AllFull, NobodyWorking};

use crate::rules::{Rules, Staffing};

pub use crate::quiet::QUIET;
pub use recount::{AT_ONCE, Recounted, begun, due, recount};

/// It was not read what this person has in hand: that is no zero.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("it was not read how many open leads {0} has, and they have a capacity")]
pub struct NotRead(pub PersonId);

/// What people with a capacity have in hand since a decision.
pub type Loads = BTreeMap<PersonId, LoadState>;

/// Counts a lead for the working day for which it comes, or takes it out of that again.
pub(crate) fn came(
    staffing: &Staffing,
    person: &PersonId,
    (more, at): (i64, Timestamp),
    loads: &mut Loads,
) -> Result<(), NotRead> {
    let Some(read) = load_of(staffing, Some(person))? else {
        return Ok(());
    };
    let load = loads.entry(person.clone()).or_insert(read);
    let day = working_day(staffing, person, at);
    let count = load.came.get(&day).copied().unwrap_or(0);
    load.came.insert(
        day,
        count.saturating_add_signed(more.try_into().unwrap_or(0)),
    );
    let monday = monday_of(at.to_zoned(staffing.zone_of(person).clone()).date());
    load.came.retain(|day, count| *count > 0 && *day >= monday);
    Ok(())
}

/// What somebody with a capacity has in hand; none of whom has none.
pub(crate) fn load_of(
    staffing: &Staffing,
    person: Option<&PersonId>,
) -> Result<Option<LoadState>, NotRead> {
    let Some(person) = person.filter(|person| has_capacity(staffing, person)) else {
        return Ok(None);
    };
    let load = staffing.load_of(person);
    let load = load.ok_or_else(|| NotRead(person.clone()))?;
    Ok(Some(load.clone()))
}

fn has_capacity(rules: &Rules, person: &PersonId) -> bool {
    let known = rules.model.people.get(person);
    known.is_some_and(|known| known.capacity.is_some())
}

/// Why somebody can take nothing more, in words; none if they can.
///
/// # Errors
/// If it was not read what they have in hand.
pub(crate) fn full(
    staffing: &Staffing,
    person: &PersonId,
    now: Timestamp,
) -> Result<Option<String>, NotRead> {
    let known = staffing.model.people.get(person);
    let Some(capacity) = known.and_then(|known| known.capacity) else {
        return Ok(None);
    };
    let load = staffing.load_of(person);
    let load = load.ok_or_else(|| NotRead(person.clone()))?;
    if let Some(most) = capacity.open_leads.filter(|most| load.open >= *most) {
        return Ok(Some(format!(
            "{person} has {} of {most} open leads",
            load.open
        )));
    }
    // Which working day it is costs more to find out than whether it can matter.
    let all = load
        .came
        .values()
        .fold(0_u32, |all, it| all.saturating_add(*it));
    let may_be = |most: Option<u32>| most.filter(|most| all >= *most);
    let (per_day, per_week) = (may_be(capacity.per_day), may_be(capacity.per_week));
    if per_day.is_none() && per_week.is_none() {
        return Ok(None);
    }
    let day = working_day(staffing, person, now);
    let of_day = load.came.get(&day).copied().unwrap_or(0);
    if let Some(most) = per_day.filter(|most| of_day >= *most) {
        let day = day.strftime("%a %-d %b");
        return Ok(Some(format!(
            "{person} has had {of_day} of {most} leads for {day}"
        )));
    }
    let monday = monday_of(day);
    let of_week = load.came.iter().filter(|(it, _)| monday_of(**it) == monday);
    let of_week = of_week.fold(0_u32, |all, (_, it)| all.saturating_add(*it));
    Ok(per_week.filter(|most| of_week >= *most).map(|most| {
        let monday = monday.strftime("%-d %b");
        format!("{person} has had {of_week} of {most} leads for the week of {monday}")
    }))
}

/// The working day of somebody for which a lead comes at an instant: that one on which they work then, or
/// next will.
fn working_day(staffing: &Staffing, person: &PersonId, at: Timestamp) -> Date {
    let zone = staffing.zone_of(person).clone();
    if staffing.is_working(person, at) {
        return at.to_zoned(zone).date();
    }
    let calendar = staffing.calendar_of(person);
    let next = calendar.and_then(|it| it.next_opening(at).ok());
    next.unwrap_or(at).to_zoned(zone).date()
}

fn monday_of(day: Date) -> Date {
    let since = i64::from(day.weekday().to_monday_zero_offset());
    let monday = day.checked_sub(SignedDuration::from_hours(24 * since));
    monday.unwrap_or(day)
}

/// Those with a capacity to whom a pool may give a record: its members, whom it names in their place, and
/// the managers of these. What they have in hand must be read.
#[must_use]
pub fn candidates(rules: &Rules, pool: &str) -> BTreeSet<PersonId> {
    let Some(pool) = rules.model.pools.get(pool) else {
        return BTreeSet::new();
    };
    let mut named: Vec<&PersonId> = Vec::new();
    if let NobodyWorking::Ask(person) = &pool.nobody_working {
        named.push(person);
    }
    if let AllAway::Ask(person) = &pool.all_away {
        named.push(person);
    }
    if let AllFull::Ask(person) = &pool.all_full {
        named.push(person);
    }
    let mut above: BTreeSet<&PersonId> = BTreeSet::new();
    while let Some(person) = named.pop() {
        if above.insert(person) {
            let known = rules.model.people.get(person);
            named.extend(known.and_then(|known| known.reports_to.as_ref()));
        }
    }
    counted(rules, pool.weights.keys().chain(above))
}

/// Those of some people who have a capacity, and so are counted for.
#[must_use]
pub fn counted<'a>(
    rules: &Rules,
    people: impl IntoIterator<Item = &'a PersonId>,
) -> BTreeSet<PersonId> {
    let people = people
        .into_iter()
        .filter(|person| has_capacity(rules, person));
    people.cloned().collect()
}
