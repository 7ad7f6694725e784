use crm::PersonId;
use jiff::Timestamp;
use model::{AllAway, AllFull, Eligibility, NamedByRule, NobodyWorking, Pool};

use super::{
    error::RotationError,
    quanta::Members,
    service::{Service, There, said_not_there, service, there},
    words::some_of,
};
use crate::{
    absences::until,
    capacity::full,
    people::{cover, gone, manager},
    rules::Staffing,
};

/// Among whom the next record is shared, and why.
pub(super) enum Eligible<'a> {
    /// These members, with their weights.
    Members(Members<'a>, String),
    /// This person, in place of the pool.
    Ask(PersonId, String),
}

/// Who is still there to be asked, and what is said of those who are not.
struct Left<'a> {
    members: Members<'a>,
    said: Vec<String>,
    /// How those who are left are called.
    called: &'static str,
}

/// Who of a pool can get a record now. Left out are first those who have not started, have left or are
/// not certified, then those who are away, then those who are full, and last those who are not
/// working. What follows when nobody is left, the pool says, each time for those who were left before.
///
/// # Errors
/// If nobody is there and nobody is named for that, or if it was not read what a member has in hand.
pub(super) fn eligible<'a>(
    name: &str,
    pool: &'a Pool,
    staffing: &Staffing,
    now: Timestamp,
) -> Result<Eligible<'a>, RotationError> {
    let there = there(pool, staffing, now);
    if there.members.is_empty() {
        return nobody_there(name, pool, staffing, there, now);
    }
    let mut left = Left {
        members: there.members,
        said: there.said,
        called: if there.others {
            "every other member"
        } else {
            "every member"
        },
    };
    let asks = |what: &Eligibility| pool.eligible.contains(what);
    if asks(&Eligibility::NotAway) {
        let (away, others): (Members<'a>, Members<'a>) = left
            .members
            .into_iter()
            .partition(|(person, _)| away_until(staffing, person, now).is_some());
        let said = away.keys();
        left.said
            .extend(said.filter_map(|person| said_away(staffing, person, now)));
        if others.is_empty() {
            return Ok(all_away(pool, staffing, away, left.said, now));
        }
        if !away.is_empty() {
            left.called = "every member who is there";
        }
        left.members = others;
    }
    if asks(&Eligibility::UnderCapacity) {
        let (free, all_full) = under_capacity(name, staffing, left, now)?;
        left = free;
        if all_full && let AllFull::Ask(person) = &pool.all_full {
            return Ok(ask(staffing, person, left.said, ALL_FULL, now));
        }
        if all_full {
            left.called = "every member who is there, beyond their capacity, since all are full";
        }
    }
    if !asks(&Eligibility::WorkingNow) {
        left.said.push(left.called.to_owned());
        return Ok(Eligible::Members(left.members, left.said.join("; ")));
    }
    Ok(working(pool, staffing, left, now))
}

const ALL_FULL: &str = "all who are there are full";

/// Leaves out those who are full; all of them stay, and that is told, if nobody else is there.
fn under_capacity<'a>(
    name: &str,
    staffing: &Staffing,
    mut left: Left<'a>,
    now: Timestamp,
) -> Result<(Left<'a>, bool), RotationError> {
    let mut said = Vec::new();
    let mut free = Members::new();
    for (person, weight) in &left.members {
        match full(staffing, person, now).map_err(|why| why.in_pool(name))? {
            Some(why) => said.push(why),
            None => {
                free.insert(*person, *weight);
            }
        }
    }
    if said.is_empty() {
        return Ok((left, false));
    }
    left.said.push(some_of(&said));
    let all_full = free.is_empty();
    if !all_full {
        left.members = free;
        left.called = "every other member who is there";
    }
    Ok((left, all_full))
}

fn working<'a>(pool: &Pool, staffing: &Staffing, left: Left<'a>, now: Timestamp) -> Eligible<'a> {
    let Left {
        mut members,
        said: mut who,
        called,
    } = left;
    let working: Vec<bool> = members
        .keys()
        .map(|person| staffing.is_working(person, now))
        .collect();
    if working.contains(&true) {
        let mut working = working.into_iter();
        members.retain(|_, _| working.next().unwrap_or(false));
        who.push("working now".to_owned());
        return Eligible::Members(members, who.join("; "));
    }
    let nobody = "nobody is working now";
    match &pool.nobody_working {
        NobodyWorking::Ask(person) => ask(staffing, person, who, nobody, now),
        NobodyWorking::Everyone => {
            who.push(format!("{called}, since {nobody}"));
            Eligible::Members(members, who.join("; "))
        }
        NobodyWorking::NextToStart => {
            let starts = |person: &PersonId| next_there(staffing, person, now);
            who.push(format!("next to start work, since {nobody}"));
            Eligible::Members(first(members, starts), who.join("; "))
        }
    }
}

/// Nobody has started and is still there: whoever starts first, or the person named for it.
fn nobody_there<'a>(
    name: &str,
    pool: &'a Pool,
    staffing: &Staffing,
    there: There<'a>,
    now: Timestamp,
) -> Result<Eligible<'a>, RotationError> {
    let There {
        coming, mut said, ..
    } = there;
    let nobody = "nobody of the pool is there";
    match &pool.all_away {
        AllAway::Ask(person) => Ok(ask(staffing, person, said, nobody, now)),
        AllAway::FirstBack => {
            let first = coming.values().min().copied();
            let members: Members<'a> = pool
                .weights
                .iter()
                .filter(|(person, _)| first.is_some() && coming.get(person).copied() == first)
                .map(|(person, weight)| (person, *weight))
                .collect();
            if members.is_empty() {
                return Err(RotationError::Nobody(name.to_owned()));
            }
            said.push(format!("first to start, since {nobody}"));
            Ok(Eligible::Members(members, said.join("; ")))
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
            let back = |person: &PersonId| next_there(staffing, person, now);
            let members = first(members, back);
            Eligible::Members(members, who.join("; "))
        }
    }
}

/// When somebody works next; none if they have left by then.
fn next_there(staffing: &Staffing, person: &PersonId, now: Timestamp) -> Option<Timestamp> {
    let next = staffing.calendar_of(person)?.next_opening(now).ok()?;
    matches!(service(staffing, person, next), Service::There(_)).then_some(next)
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

/// The person who is asked in place of the pool. If they are not there either, who covers for them is, or else their
/// manager, and so on; if all of these are not, they themselves after all, since somebody must have the record, or, if they
/// have left, the first of the others who has not.
fn ask<'a, 's>(
    staffing: &'s Staffing,
    person: &'s PersonId,
    mut who: Vec<String>,
    why: &str,
    now: Timestamp,
) -> Eligible<'a> {
    let Passed { over, said, to } = passed(staffing, person, now);
    for it in said {
        if !who.contains(&it) {
            who.push(it);
        }
    }
    let mut comes_back = over.iter().filter(|it| gone(staffing, it, now).is_none());
    let nobody = format!("{why}, and nobody is there above {person}");
    let (asked, how) = match (to, comes_back.next()) {
        (Some(to), _) if to == person => (to, format!("{why}, so {to} is asked")),
        (Some(to), _) => (to, format!("{why}, so {to} is asked in place of {person}")),
        (None, Some(other)) if *other != person => (
            *other,
            format!("{nobody}: {other} is asked, who is away and comes back"),
        ),
        (None, _) => (person, format!("{nobody} either: {person} is asked")),
    };
    who.push(how);
    Eligible::Ask(asked.clone(), who.join("; "))
}

/// How a record that somebody is asked to take is passed on.
struct Passed<'s> {
    /// Those who are not there, in turn.
    over: Vec<&'s PersonId>,
    /// What is said of each.
    said: Vec<String>,
    /// The first who is there.
    to: Option<&'s PersonId>,
}

fn passed<'s>(staffing: &'s Staffing, person: &'s PersonId, now: Timestamp) -> Passed<'s> {
    let by_manager = staffing.model.named_by_rule == Some(NamedByRule::Manager);
    let mut passed = Passed {
        over: Vec::new(),
        said: Vec::new(),
        to: Some(person),
    };
    while let Some(asked) = passed.to
        && let Some(away) = said_absent(staffing, asked, now)
    {
        passed.over.push(asked);
        passed.said.push(away);
        let not_yet = |next: &&PersonId| !passed.over.contains(next);
        let cover = cover(staffing, asked, now).filter(|it| !by_manager && not_yet(it));
        let next = cover.or_else(|| manager(&staffing.model, asked).filter(not_yet));
        let covers = cover.map(|cover| format!("{cover} covers for {asked}"));
        passed.said.extend(covers);
        passed.to = next;
    }
    passed
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

/// Why somebody cannot be asked now: they have not started, have left, or are away.
fn said_absent(staffing: &Staffing, person: &PersonId, now: Timestamp) -> Option<String> {
    said_not_there(staffing, person, now).or_else(|| said_away(staffing, person, now))
}
