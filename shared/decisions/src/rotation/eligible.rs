use std::collections::BTreeMap;

use business_time::Calendar;
use crm::PersonId;
use jiff::Timestamp;
use model::{AllAway, Eligibility, NobodyWorking, Pool};

use crate::{absences::until, rules::Staffing};

/// Among whom the next record is shared, and why.
pub(super) enum Eligible<'a> {
    /// These members, with their weights.
    Members(Members<'a>, String),
    /// This person, in place of the pool.
    Ask(PersonId, String),
}

/// Members and their weights.
pub(super) type Members<'a> = BTreeMap<&'a PersonId, u32>;

/// Who of a pool can get a record now. First those who are away are left out, then those who are
/// not working; what follows when nobody is left, the pool says.
pub(super) fn eligible<'a>(pool: &'a Pool, staffing: &Staffing, now: Timestamp) -> Eligible<'a> {
    let mut members: Members<'a> = pool
        .weights
        .iter()
        .map(|(person, weight)| (person, *weight))
        .collect();
    let mut who = Vec::new();
    if pool.eligible.contains(&Eligibility::NotAway) {
        let (away, there): (Members<'a>, Members<'a>) = members
            .into_iter()
            .partition(|(person, _)| away_until(staffing, person, now).is_some());
        who = away
            .keys()
            .filter_map(|person| said_away(staffing, person, now))
            .collect();
        if there.is_empty() && !away.is_empty() {
            return all_away(pool, staffing, away, who, now);
        }
        members = there;
    }
    if !pool.eligible.contains(&Eligibility::WorkingNow) {
        let all = if who.is_empty() {
            "every member"
        } else {
            "every member who is there"
        };
        who.push(all.to_owned());
        return Eligible::Members(members, who.join("; "));
    }
    working(pool, staffing, members, who, now)
}

fn working<'a>(
    pool: &Pool,
    staffing: &Staffing,
    mut members: Members<'a>,
    mut who: Vec<String>,
    now: Timestamp,
) -> Eligible<'a> {
    let calendars: BTreeMap<&PersonId, Calendar> = members
        .keys()
        .filter_map(|person| Some((*person, staffing.calendar_of(person)?)))
        .collect();
    let works = |person: &PersonId| calendars.get(person).is_some_and(|it| it.is_open(now));
    if members.keys().any(|person| works(person)) {
        members.retain(|person, _| works(person));
        who.push("working now".to_owned());
        return Eligible::Members(members, who.join("; "));
    }
    let nobody = "nobody is working now";
    match &pool.nobody_working {
        NobodyWorking::Ask(person) => ask(staffing, person, who, nobody, now),
        NobodyWorking::Everyone => {
            who.push(format!("every member, since {nobody}"));
            Eligible::Members(members, who.join("; "))
        }
        NobodyWorking::NextToStart => {
            let starts = |person: &PersonId| calendars.get(person)?.next_opening(now).ok();
            who.push(format!("next to start work, since {nobody}"));
            Eligible::Members(first(members, starts), who.join("; "))
        }
    }
}

fn all_away<'a>(
    pool: &Pool,
    staffing: &Staffing,
    members: Members<'a>,
    mut who: Vec<String>,
    now: Timestamp,
) -> Eligible<'a> {
    let all = "all members are away";
    match &pool.all_away {
        AllAway::Ask(person) => ask(staffing, person, who, all, now),
        AllAway::FirstBack => {
            who.push(format!("first to be back, since {all}"));
            let back = |person: &PersonId| staffing.calendar_of(person)?.next_opening(now).ok();
            let members = first(members, back);
            Eligible::Members(members, who.join("; "))
        }
    }
}

/// The members whose instant comes first; all of them, if none has one.
fn first<'a>(
    mut members: Members<'a>,
    instant: impl Fn(&PersonId) -> Option<Timestamp>,
) -> Members<'a> {
    let first = members.keys().filter_map(|person| instant(person)).min();
    members.retain(|person, _| first.is_none() || instant(person) == first);
    members
}

/// The person who is asked in place of the pool. If they are away too, their manager is, and so
/// on; if all of these are, they themselves after all, since somebody must have the record.
fn ask<'a>(
    staffing: &Staffing,
    person: &PersonId,
    mut who: Vec<String>,
    why: &str,
    now: Timestamp,
) -> Eligible<'a> {
    let people = &staffing.model.people;
    let mut asked = person;
    let mut passed = Vec::new();
    while let Some(away) = said_away(staffing, asked, now) {
        let manager = people.get(asked).and_then(|it| it.reports_to.as_ref());
        passed.push((asked, away));
        let Some(manager) = manager.filter(|next| !passed.iter().any(|(it, _)| it == next)) else {
            who.push(format!(
                "{why}, so {person} is asked, as nobody above them is there either"
            ));
            return Eligible::Ask(person.clone(), who.join("; "));
        };
        asked = manager;
    }
    for (_, away) in &passed {
        if !who.contains(away) {
            who.push(away.clone());
        }
    }
    let instead = if passed.is_empty() {
        String::new()
    } else {
        format!(" in place of {person}")
    };
    who.push(format!("{why}, so {asked} is asked{instead}"));
    Eligible::Ask(asked.clone(), who.join("; "))
}

fn away_until(staffing: &Staffing, person: &PersonId, now: Timestamp) -> Option<Timestamp> {
    let absence = staffing.absences().at(person, now)?;
    Some(absence.span.to)
}

fn said_away(staffing: &Staffing, person: &PersonId, now: Timestamp) -> Option<String> {
    let to = away_until(staffing, person, now)?;
    let zone = staffing.zone_of(person);
    Some(format!("{person} is away until {}", until(to, zone)))
}
