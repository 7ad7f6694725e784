use std::collections::BTreeMap;

use business_time::CalendarSpec;
use crm::PersonId;
use serde::{Deserialize, Serialize};

use super::Place;

/// Working hours and holidays.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calendar {
    /// The hours.
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
    /// Where their mail goes.
    pub email: String,
    /// Their team.
    pub team: Option<String>,
    /// Their manager.
    pub reports_to: Option<PersonId>,
    /// Their calendar: their own, or their team's.
    pub calendar: String,
    /// Their id in each source.
    pub crm: BTreeMap<String, String>,
    /// Where they are written.
    pub place: Place,
}

/// A rotating pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pool {
    /// How much of the work each member gets, in proportion (1 to 1,000).
    pub weights: BTreeMap<PersonId, u32>,
    /// What a member must be to get a record now.
    pub eligible: Vec<Eligibility>,
    /// What happens when `working_now` leaves nobody.
    pub nobody_working: NobodyWorking,
    /// What happens when `not_away` leaves nobody.
    #[serde(default)]
    pub all_away: AllAway,
    /// Where it is written.
    pub place: Place,
}

/// What a member of a pool must be to get a record now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Eligibility {
    /// It is within their working hours, and they are not away.
    WorkingNow,
    /// They are not away.
    NotAway,
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
