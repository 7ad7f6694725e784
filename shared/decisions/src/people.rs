use contracts::state::RoutingState;
use crm::{PersonId, Record};
use jiff::{Timestamp, civil::Date};
use model::{OperatingModel, Recipient};

use crate::rules::{Rules, Staffing};

/// Who it is that is told, of a record with this owner. Nobody is told twice; the order is kept.
///
/// A manager who is not there (nobody to report to, or an owner the model does not know) is
/// replaced by the lead of the owner's team, so that an escalation never ends with nobody as long
/// as the model knows anyone to ask. Whoever has left is replaced by whom they reported to.
#[must_use]
pub fn recipients(
    who: &Recipient,
    owner: Option<&PersonId>,
    rules: &Rules,
    now: Timestamp,
) -> Vec<PersonId> {
    let people = &rules.model.people;
    let known = owner.filter(|owner| people.contains_key(owner));
    let named: Vec<&PersonId> = match who {
        Recipient::Person(person) => vec![person],
        Recipient::Team(team) => of_team(rules, team, now),
        Recipient::Owner => known.into_iter().collect(),
        // The head of the company reports to nobody: their own late clocks stay with them.
        Recipient::Manager => {
            let manager = owner.and_then(|owner| manager(&rules.model, owner));
            manager.or(known).into_iter().collect()
        }
    };
    let mut told: Vec<PersonId> = Vec::new();
    for person in named {
        let person = in_stead_of(rules, person, now);
        if !told.contains(person) {
            told.push(person.clone());
        }
    }
    told
}

/// Those of a team who are there; if all have left, all of them, each of whom somebody is told in stead of.
fn of_team<'r>(rules: &'r Rules, team: &str, now: Timestamp) -> Vec<&'r PersonId> {
    let people = rules.model.people.iter();
    let team = people.filter(|(_, person)| person.team.as_deref() == Some(team));
    let all: Vec<&PersonId> = team.map(|(id, _)| id).collect();
    let there = all.iter().filter(|it| gone(rules, it, now).is_none());
    let there: Vec<&PersonId> = there.copied().collect();
    if there.is_empty() { all } else { there }
}

/// The day on which somebody left, if it has come where they are.
#[must_use]
pub fn gone(rules: &Rules, person: &PersonId, now: Timestamp) -> Option<Date> {
    let left = rules.left(person)?;
    let today = now.to_zoned(rules.zone_of(person).clone()).date();
    (left <= today).then_some(left)
}

/// That somebody has left: `nina left on Fri 20 Nov 2026`; or that a CRM has archived them, of which the model says
/// nothing.
#[must_use]
pub fn said_gone(rules: &Rules, person: &PersonId, left: Date) -> String {
    let known = rules.model.people.get(person);
    let day = left.strftime("%a %-d %b %Y");
    match known.is_some_and(|it| it.left == Some(left)) {
        true => format!("{person} left on {day}"),
        false => format!("{person} is archived in the CRM, as seen on {day}"),
    }
}

/// Whoever is there for somebody: they themselves, or, since they have left, the next above them who has
/// not. They after all where nobody is, which the check does not let pass.
#[must_use]
pub fn in_stead_of<'a>(rules: &'a Rules, person: &'a PersonId, now: Timestamp) -> &'a PersonId {
    let mut asked = person;
    let mut passed = vec![person];
    while gone(rules, asked, now).is_some() {
        let Some(above) = manager(&rules.model, asked).filter(|it| !passed.contains(it)) else {
            return person;
        };
        passed.push(above);
        asked = above;
    }
    asked
}

/// Who somebody reports to: the person named, else the lead of their team.
pub(crate) fn manager<'a>(model: &'a OperatingModel, person: &PersonId) -> Option<&'a PersonId> {
    let person = model.people.get(person)?;
    person.reports_to.as_ref().or_else(|| {
        let team = model.teams.get(person.team.as_deref()?)?;
        Some(&team.lead)
    })
}

/// Who covers for somebody who is away, as whoever entered that has said, if the model knows them.
pub(crate) fn cover<'a>(
    staffing: &'a Staffing,
    person: &PersonId,
    now: Timestamp,
) -> Option<&'a PersonId> {
    let cover = staffing.absences().at(person, now)?.cover.as_ref()?;
    staffing.model.people.contains_key(cover).then_some(cover)
}

/// Whose a record is: whom the copy shows, unless it was taken from them since; until the CRM's echo has
/// reached the copy, whom lead-routing gave it.
#[must_use]
pub fn owner_of<'a>(record: &'a Record, routing: Option<&'a RoutingState>) -> Option<&'a PersonId> {
    let taken =
        |owner: &&PersonId| routing.is_some_and(|routing| routing.taken_from.contains(*owner));
    let shown = record.owner().filter(|owner| !taken(owner));
    shown.or_else(|| routing.and_then(|routing| routing.owner.as_ref()))
}
