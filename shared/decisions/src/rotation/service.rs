//! Who of a pool is there at all: has started, has not left, and is certified for what it asks.

use std::collections::BTreeMap;

use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use model::{Eligibility, Person, Pool};

use super::{quanta::Members, words::some_of};
use crate::{people::said_gone, rules::Rules};

/// Whether somebody is there.
pub(super) enum Service {
    /// With so much of their weight, in percent.
    There(u8),
    /// From this day on.
    NotYet(Date),
    /// Not from this day on.
    Gone(Date),
}

/// Whether somebody is there on the day that it is where they are. A stranger always is.
pub(super) fn service(rules: &Rules, person: &PersonId, now: Timestamp) -> Service {
    let Some(known) = rules.model.people.get(person) else {
        return Service::There(100);
    };
    let left = rules.left(person);
    if known.starts.is_none() && left.is_none() {
        return Service::There(100);
    }
    let today = now.to_zoned(rules.zone_of(person).clone()).date();
    match (known.starts, left) {
        (_, Some(left)) if left <= today => Service::Gone(left),
        (Some(starts), _) if today < starts => Service::NotYet(starts),
        (Some(starts), _) => Service::There(ramped(known, starts, today)),
        (None, _) => Service::There(100),
    }
}

/// Why somebody is not there, in words; none if they are.
pub(super) fn said_not_there(rules: &Rules, person: &PersonId, now: Timestamp) -> Option<String> {
    match service(rules, person, now) {
        Service::There(_) => None,
        Service::NotYet(starts) => Some(format!("{person} starts on {}", day(starts))),
        Service::Gone(left) => Some(said_gone(rules, person, left)),
    }
}

/// How much of somebody's weight counts, by month of service.
fn ramped(person: &Person, starts: Date, today: Date) -> u8 {
    let month = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let begun = month(today) - month(starts) - i32::from(today.day() < starts.day());
    let reached = usize::try_from(begun).unwrap_or(0);
    let ramp = &person.ramp;
    *ramp.get(reached).or(ramp.last()).unwrap_or(&100)
}

/// A day as it is said: `Mon 2 Nov 2026`.
fn day(day: Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// The members of a pool who are there, each with the weight that counts now, and what is said of the
/// others.
pub(super) struct There<'a> {
    pub(super) members: Members<'a>,
    /// Those who will be there, and from when on.
    pub(super) coming: BTreeMap<&'a PersonId, Date>,
    pub(super) said: Vec<String>,
    /// Whether anybody was left out.
    pub(super) others: bool,
}

/// Who of a pool is there.
pub(super) fn there<'a>(pool: &'a Pool, rules: &Rules, now: Timestamp) -> There<'a> {
    let mut there = There {
        members: Members::new(),
        coming: BTreeMap::new(),
        said: Vec::new(),
        others: false,
    };
    let (mut uncertified, mut at_nothing, mut ramped) = (Vec::new(), Vec::new(), Vec::new());
    let mut parts: Vec<(&PersonId, u32, u8)> = Vec::new();
    for (person, weight) in &pool.weights {
        if let Some(lacking) = lacks(pool, rules, person) {
            uncertified.push((lacking, person));
            continue;
        }
        match service(rules, person, now) {
            Service::There(0) => at_nothing.push((person, *weight)),
            Service::There(part) => {
                if part < 100 {
                    ramped.push(format!("{person} at {part}%"));
                }
                parts.push((person, *weight, part));
            }
            Service::NotYet(starts) => {
                there.coming.insert(person, starts);
                there.said.extend(said_not_there(rules, person, now));
            }
            Service::Gone(_) => there.said.extend(said_not_there(rules, person, now)),
        }
    }
    there.said.extend(said_uncertified(pool, &uncertified));
    let begin: Vec<String> = at_nothing.iter().map(|(it, _)| it.to_string()).collect();
    if parts.is_empty() {
        // Somebody must have it.
        parts.extend(at_nothing.into_iter().map(|(it, weight)| (it, weight, 100)));
    } else if !begin.is_empty() {
        let said = format!("at 0% of their weight yet: {}", some_of(&begin));
        there.said.push(said);
    }
    there.others = !there.said.is_empty();
    if !ramped.is_empty() {
        let said = format!("starting up: {}", some_of(&ramped));
        there.said.push(said);
    }
    // Where all count whole, the weights stand as they are written.
    let by = |part: u8| {
        if ramped.is_empty() {
            1
        } else {
            u32::from(part)
        }
    };
    let members = parts.into_iter();
    there.members = members
        .map(|(person, weight, part)| (person, weight.saturating_mul(by(part))))
        .collect();
    there
}

/// Who lacks which certificate, in words.
fn said_uncertified(pool: &Pool, uncertified: &[(&str, &PersonId)]) -> Vec<String> {
    let said = certificates(pool).filter_map(|lacking| {
        let of = uncertified.iter().filter(|(it, _)| *it == lacking);
        let of: Vec<String> = of.map(|(_, person)| person.to_string()).collect();
        (!of.is_empty()).then(|| format!("not certified for {lacking}: {}", some_of(&of)))
    });
    said.collect()
}

/// That somebody lacks a certificate that the pool asks for, in words; none if they do not.
pub(super) fn said_uncertified_of(pool: &Pool, rules: &Rules, person: &PersonId) -> Option<String> {
    lacks(pool, rules, person).map(|lacking| format!("not certified for {lacking}"))
}

fn certificates(pool: &Pool) -> impl Iterator<Item = &str> {
    pool.eligible.iter().filter_map(|it| match it {
        Eligibility::Certified(name) => Some(name.as_str()),
        _ => None,
    })
}

/// What a pool asks for that somebody is not certified for.
fn lacks<'p>(pool: &'p Pool, rules: &Rules, person: &PersonId) -> Option<&'p str> {
    let known = rules.model.people.get(person);
    certificates(pool).find(|name| known.is_none_or(|known| !known.certified.contains(*name)))
}
