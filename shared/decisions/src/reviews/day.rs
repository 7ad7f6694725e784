use std::collections::BTreeSet;

use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use model::{Recipient, Review};

use crate::{recurrence::recurs, rights::is_there, rules::Rules};

/// How many days after its own a review is held at the latest, where none before is a working day.
const LATEST: usize = 6;

/// A review whose pack may go out now, unless it did for that day already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its name.
    pub review: String,
    /// For which day of the chair's.
    pub day: Date,
}

/// The reviews that are held today where their chairs are, and whose time has come; until the end of that day, since
/// a tick may be late.
#[must_use]
pub fn due(rules: &Rules, now: Timestamp) -> Vec<Due> {
    let all = rules.model.reviews.iter();
    let due = all.filter_map(|(name, review)| {
        let zone = rules.zone_of(&review.chair);
        let day = now.to_zoned(zone.clone()).date();
        let at = day.to_datetime(review.at).to_zoned(zone.clone()).ok()?;
        let due = at.timestamp() <= now && held_on(rules, review, day);
        due.then(|| Due {
            review: name.clone(),
            day,
        })
    });
    due.collect()
}

/// Whether a review is held on a day: on its own if the chair's calendar has that as a working day, else on the next
/// that is one.
#[must_use]
pub fn held_on(rules: &Rules, review: &Review, day: Date) -> bool {
    let calendar = rules.calendar_name_of(&review.chair);
    let calendar = calendar.and_then(|name| rules.calendar(name));
    let works = |day: Date| calendar.is_none_or(|it| it.is_working_day(day));
    if !works(day) {
        return false;
    }
    if recurs(review.every, day, works) {
        return true;
    }
    let mut before = day;
    for _ in 0..LATEST {
        let Ok(earlier) = before.yesterday() else {
            return false;
        };
        if works(earlier) {
            return false;
        }
        if recurs(review.every, earlier, works) {
            return true;
        }
        before = earlier;
    }
    false
}

/// Who is in a review: its chair and whoever attends, as far as they are there.
#[must_use]
pub fn attendees(rules: &Rules, review: &Review, now: Timestamp) -> BTreeSet<PersonId> {
    let mut all = BTreeSet::from([review.chair.clone()]);
    for who in &review.attends {
        match who {
            Recipient::Person(person) => {
                all.insert(person.clone());
            }
            Recipient::Team(team) => {
                let people = rules.model.people.iter();
                let members = people.filter(|(_, it)| it.team.as_deref() == Some(team.as_str()));
                all.extend(members.map(|(id, _)| id.clone()));
            }
            Recipient::Owner | Recipient::Manager => {}
        }
    }
    all.retain(|person| is_there(rules, person, now).is_ok());
    all
}
