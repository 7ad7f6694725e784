//! Who may decide what does not follow from the model: asked of by everything that people decide.

mod told;

use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use model::{DecisionRight, Place};

use crate::{rules::Rules, shown::name_of};

pub use told::{Has, asked_of, rights_of};

/// Why somebody may not decide something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The model does not know them.
    #[error("the model has no person {0}")]
    Stranger(PersonId),
    /// They are not there any more.
    #[error("{person} may decide nothing more: they left on {left}")]
    Left {
        /// Who.
        person: PersonId,
        /// The first day on which they were not there.
        left: Date,
    },
    /// They are not there yet.
    #[error("{person} may decide nothing yet: they start on {starts}")]
    NotYet {
        /// Who.
        person: PersonId,
        /// Their first day.
        starts: Date,
    },
    /// The model has no such right.
    #[error("the model has no decision right {0}")]
    NoSuchRight(String),
    /// Others have the right.
    #[error("{person} does not have the right {right}: {others} ({place})")]
    NotTheirs {
        /// Who.
        person: PersonId,
        /// The right.
        right: String,
        /// Who has it, as a sentence.
        others: String,
        /// Where it is written.
        place: Place,
    },
    /// It is their own moves that are held, and the model names no right to answer for them.
    #[error("{0}'s own moves are held, and somebody else says what becomes of them")]
    OwnMoves(PersonId),
    /// They have the right, and not for what is their own.
    #[error(
        "this is {person}'s own, and the right {right} is never for what is one's own ({place}); {others}"
    )]
    Own {
        /// Who.
        person: PersonId,
        /// The right.
        right: String,
        /// Who else has it, as a sentence.
        others: String,
        /// Where it is written.
        place: Place,
    },
}

/// Whether somebody may use a right on what is `whose`; if so, where it is written.
///
/// # Errors
/// If they may not: with who may.
pub fn may(
    rules: &Rules,
    right: &str,
    person: &PersonId,
    whose: Option<&PersonId>,
    now: Timestamp,
) -> Result<Place, Denied> {
    let given = rules.model.decision_rights.get(right);
    let never_own = given.is_some_and(|given| given.never_own_records);
    may_use(rules, (right, never_own), person, whose, now)
}

/// [`may`], of what is never for one's own, whatever the right says.
///
/// # Errors
/// If they may not: with who may.
pub fn may_for_others(
    rules: &Rules,
    right: &str,
    person: &PersonId,
    whose: Option<&PersonId>,
    now: Timestamp,
) -> Result<Place, Denied> {
    may_use(rules, (right, true), person, whose, now)
}

fn may_use(
    rules: &Rules,
    (right, never_own): (&str, bool),
    person: &PersonId,
    whose: Option<&PersonId>,
    now: Timestamp,
) -> Result<Place, Denied> {
    is_there(rules, person, now)?;
    let Some(given) = rules.model.decision_rights.get(right) else {
        return Err(Denied::NoSuchRight(right.to_owned()));
    };
    if !given.people.contains(person) {
        return Err(Denied::NotTheirs {
            person: person.clone(),
            right: right.to_owned(),
            others: have_it(rules, given, person, whose.filter(|_| never_own)),
            place: given.place,
        });
    }
    if never_own && whose == Some(person) {
        return Err(Denied::Own {
            person: person.clone(),
            right: right.to_owned(),
            others: have_it(rules, given, person, whose.filter(|_| never_own)),
            place: given.place,
        });
    }
    Ok(given.place)
}

/// Whether the model knows somebody who is there on that day, where they are.
///
/// # Errors
/// If it does not, they are there no more or not yet.
pub fn is_there(rules: &Rules, person: &PersonId, now: Timestamp) -> Result<(), Denied> {
    let Some(known) = rules.model.people.get(person) else {
        return Err(Denied::Stranger(person.clone()));
    };
    let today = now.to_zoned(rules.zone_of(person).clone()).date();
    if let Some(left) = known.left.filter(|left| *left <= today) {
        let person = person.clone();
        return Err(Denied::Left { person, left });
    }
    if let Some(starts) = known.starts.filter(|starts| today < *starts) {
        let person = person.clone();
        return Err(Denied::NotYet { person, starts });
    }
    Ok(())
}

/// Who may in place of somebody, as a sentence: `Carla Reyes (carla) and Maya Ortiz (maya) have it`.
fn have_it(
    rules: &Rules,
    given: &DecisionRight,
    not: &PersonId,
    whose: Option<&PersonId>,
) -> String {
    let others = given.people.iter().filter(|it| *it != not);
    let others = others.filter(|it| whose != Some(it));
    let named = others.map(|it| format!("{} ({it})", name_of(&rules.model, it)));
    let named: Vec<String> = named.collect();
    match named.as_slice() {
        [] => "nobody else has it".to_owned(),
        [one] => format!("{one} has it"),
        [first @ .., last] => format!("{} and {last} have it", first.join(", ")),
    }
}
