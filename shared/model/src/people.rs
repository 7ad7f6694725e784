use std::collections::{BTreeMap, BTreeSet};

use business_time::{BusinessAmount, CalendarSpec};
use crm::{PersonId, SourceName};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place, routing::Destination};

/// Working hours and holidays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    /// The hours.
    #[serde(with = "whole")]
    pub spec: CalendarSpec,
    /// Where it is written.
    pub place: Place,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Who leads it.
    pub lead: PersonId,
    /// The calendar of its members, unless they have their own.
    pub calendar: String,
    /// Where it is written.
    pub place: Place,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their name.
    pub name: String,
    /// What they are in the company.
    pub title: Option<String>,
    /// Where their mail goes.
    pub email: String,
    /// Their team.
    pub team: Option<String>,
    /// Their manager.
    pub reports_to: Option<PersonId>,
    /// Their calendar: their own, or their team's.
    pub calendar: String,
    /// Their id in each source.
    pub crm: BTreeMap<SourceName, String>,
    /// How much they can take; without limit if absent.
    pub capacity: Option<Capacity>,
    /// The first day on which they are there; always there if absent.
    pub starts: Option<Date>,
    /// How much of their weight counts in each month from `starts` on, in percent (0 to 100), and after
    /// these the last; all of it if empty.
    pub ramp: Vec<u8>,
    /// The first day on which they are not there any more.
    pub left: Option<Date>,
    /// What they are certified for.
    pub certified: BTreeSet<String>,
    /// Where they are written.
    pub place: Place,
}

/// How much somebody can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capacity {
    /// How many open leads at a time, at least 1.
    pub open_leads: Option<u32>,
    /// How many new ones in a working day, at least 1.
    pub per_day: Option<u32>,
    /// How many new ones in the working days of a week, Monday to Sunday, at least 1.
    pub per_week: Option<u32>,
}

/// Who may decide what does not follow from the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRight {
    /// Who has it.
    pub people: Vec<PersonId>,
    /// Whether it does not hold for records that they own themselves.
    pub never_own_records: bool,
    /// Where it is written.
    pub place: Place,
}

/// A queue from which the people of a team take records, each by becoming its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// The team.
    pub team: String,
    /// How long a record stays in it at most, by the team's calendar.
    pub up_to: BusinessAmount,
    /// Who gets what nobody has taken by then.
    pub finally: Destination,
    /// Where it is written.
    pub place: Place,
}

/// Who works together with whom, such as who prepares deals for whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pairs {
    /// The partner of each person. It is not said the other way round.
    pub partners: BTreeMap<PersonId, PersonId>,
    /// Where it is written.
    pub place: Place,
}

/// A rotating pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pool {
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// How much of the work each member gets, in proportion (1 to 1,000).
    pub weights: BTreeMap<PersonId, u32>,
    /// What a member must be to get a record now.
    pub eligible: Vec<Eligibility>,
    /// What happens when `working_now` leaves nobody of those who could get one.
    pub nobody_working: NobodyWorking,
    /// What happens when nobody is there: all are away, have not started, or have left.
    #[serde(default)]
    pub all_away: AllAway,
    /// What happens when `under_capacity` leaves nobody of those who are there.
    #[serde(default)]
    pub all_full: AllFull,
    /// What uses a turn; the assignment itself, if absent.
    pub turn: Option<Turn>,
    /// Where it is written.
    pub place: Place,
}

/// What uses a turn of a pool.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Turn {
    /// Used is a turn of whose record this holds once it has been held so long.
    pub used_when: Condition,
    /// How long it is held, in wall-clock time; then it is given back unless it is used.
    pub held_for: BusinessAmount,
}

/// What a member of a pool must be to get a record now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// It is within their working hours, and they are not away.
    WorkingNow,
    /// They are not away.
    NotAway,
    /// They have less than they can take.
    UnderCapacity,
    /// They are certified for this.
    Certified(String),
}

/// What a pool does when none of its members is working now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NobodyWorking {
    /// The members whose working time starts first are eligible.
    NextToStart,
    /// Everyone is eligible.
    Everyone,
    /// This person gets the record.
    Ask(PersonId),
}

/// What a pool does when all of its members are away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllAway {
    /// The members who are back first are eligible.
    #[default]
    FirstBack,
    /// This person gets the record.
    Ask(PersonId),
}

/// What a pool does when all of its members who are there are full.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AllFull {
    /// They go on taking turns, beyond what they can take.
    #[default]
    Everyone,
    /// This person gets the record.
    Ask(PersonId),
}

/// Working hours with every part, empty ones included: the artefact has no names by which a part
/// that is left out could be missed.
mod whole {
    use business_time::CalendarSpec;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        spec: &CalendarSpec,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let CalendarSpec {
            time_zone,
            hours,
            on_dates,
            holidays,
            breaks,
            breaks_on,
        } = spec;
        (time_zone, hours, on_dates, holidays, breaks, breaks_on).serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<CalendarSpec, D::Error> {
        let parts = Deserialize::deserialize(deserializer)?;
        let (time_zone, hours, on_dates, holidays, breaks, breaks_on) = parts;
        Ok(CalendarSpec {
            time_zone,
            hours,
            on_dates,
            holidays,
            breaks,
            breaks_on,
        })
    }
}
