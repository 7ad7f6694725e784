//! Whom a rule names, where they are away or have left: who covers for them, their manager, or nobody until they are back.

use std::collections::BTreeSet;

use contracts::{Reason, state::Waits};
use crm::PersonId;
use jiff::Timestamp;
use model::NamedByRule;

use crate::{
    absences::until,
    people::{cover, gone, manager, said_gone},
    rules::Staffing,
};

/// Who gets a record that a rule gives to a person.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Named {
    /// They, or who is there in their place; and why, if they are away.
    Gets(PersonId, Option<Reason>),
    /// Nobody, until they are back.
    Waits(Waits, Reason),
}

/// Who gets a record that a rule gives to `person`. Whom the CRM `refused` is not asked in their place; and
/// where nobody is there whom one could ask, they get it after all, since somebody must have it.
pub(super) fn named(
    staffing: &Staffing,
    person: &PersonId,
    refused: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Named {
    let place = staffing.model.people.get(person).map(|known| known.place);
    let reason = |note: String| Reason::note(format!("people.{person}"), place, note);
    if let Some(left) = gone(staffing, person, now) {
        let by = match staffing.model.named_by_rule {
            Some(NamedByRule::Cover) => NamedByRule::Cover,
            // Whoever has left is not back.
            Some(NamedByRule::Manager | NamedByRule::Wait) | None => NamedByRule::Manager,
        };
        let said = |what: &str| reason(format!("{}; {what}", said_gone(staffing, person, left)));
        return in_stead(staffing, person, by, refused, said, now);
    }
    let Some(absence) = staffing.absences().at(person, now) else {
        return Named::Gets(person.clone(), None);
    };
    let said = |what: &str| {
        let until = until(absence.span.to, staffing.zone_of(person));
        reason(format!("{person} is away until {until}; {what}"))
    };
    match staffing.model.named_by_rule {
        None => {
            let all_the_same = said("the rule names them all the same");
            Named::Gets(person.clone(), Some(all_the_same))
        }
        Some(NamedByRule::Wait) => {
            let waits = Waits {
                facts: BTreeSet::new(),
                person: Some(person.clone()),
                queue: None,
                until: absence.span.to,
            };
            Named::Waits(waits, said("it waits until they are back"))
        }
        Some(by) => in_stead(staffing, person, by, refused, said, now),
    }
}

/// Whoever gets it in place of a person who is not there. If nobody is: whoever is above them and only away, if they have
/// left; else they after all.
fn in_stead(
    staffing: &Staffing,
    person: &PersonId,
    by: NamedByRule,
    refused: &BTreeSet<PersonId>,
    said: impl Fn(&str) -> Reason,
    now: Timestamp,
) -> Named {
    if let Some((other, how)) = in_place_of(staffing, person, by, refused, now) {
        return Named::Gets(other, Some(said(&how)));
    }
    let nobody = "nobody else is there to be asked, so";
    // Nobody who has left ever looks at it.
    let left = gone(staffing, person, now);
    match left.and_then(|_| who_comes_back(staffing, person, refused, now)) {
        Some(above) => {
            let how = format!("{nobody} {above} gets it, who is away and comes back");
            Named::Gets(above.clone(), Some(said(&how)))
        }
        None => Named::Gets(
            person.clone(),
            Some(said(&format!("{nobody} they get it all the same"))),
        ),
    }
}

/// The first above somebody who has not left, away or not.
fn who_comes_back<'a>(
    staffing: &'a Staffing,
    person: &PersonId,
    refused: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Option<&'a PersonId> {
    let mut passed = BTreeSet::from([person]);
    let mut above = manager(&staffing.model, person)?;
    // Whoever reports to themselves in a circle reports to nobody.
    while passed.insert(above) {
        let known = staffing.model.people.contains_key(above);
        if known && gone(staffing, above, now).is_none() && !refused.contains(above) {
            return Some(above);
        }
        above = manager(&staffing.model, above)?;
    }
    None
}

/// Who gets a record that a rule gives to `person`, while they are away and somebody has it in their place.
#[must_use]
pub fn in_their_place(
    staffing: &Staffing,
    person: &PersonId,
    refused: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Option<PersonId> {
    match named(staffing, person, refused, now) {
        Named::Gets(other, _) if other != *person => Some(other),
        Named::Gets(..) | Named::Waits(..) => None,
    }
}

/// Who is there in place of a person who is away, and how that came; none if nobody is.
fn in_place_of(
    staffing: &Staffing,
    person: &PersonId,
    by: NamedByRule,
    refused: &BTreeSet<PersonId>,
    now: Timestamp,
) -> Option<(PersonId, String)> {
    let mut passed = vec![person];
    let mut asked = person;
    let mut ways = Vec::new();
    loop {
        let absence = staffing.absences().at(asked, now);
        let left = gone(staffing, asked, now);
        match (absence, left) {
            (None, None) => return Some((asked.clone(), ways.join("; "))),
            _ if asked == person => {}
            (_, Some(left)) => ways.push(said_gone(staffing, asked, left)),
            (Some(_), None) => ways.push(format!("{asked} is away too")),
        }
        let may_be = |other: &&PersonId| !passed.contains(other) && !refused.contains(*other);
        let cover = cover(staffing, asked, now).filter(|_| by == NamedByRule::Cover);
        let cover = cover.filter(may_be);
        let (next, way) = match cover {
            Some(cover) => (cover, format!("{cover} covers for {asked}")),
            None => {
                // Above whoever was passed last, and else above those before.
                let mut below = passed.iter().rev();
                let (below, above) = below.find_map(|below| {
                    let above = manager(&staffing.model, below).filter(may_be)?;
                    Some((below, above))
                })?;
                (above, format!("{above} is asked, to whom {below} reports"))
            }
        };
        ways.push(way);
        passed.push(next);
        asked = next;
    }
}
