//! How a record passes to another team at a stage.

use business_time::BusinessAmount;
use crm::FieldRef;
use serde::{Deserialize, Serialize};

use crate::{clocks::Meet, condition::Condition, place::Place, recipient::Recipient};

/// What the criterion of a stage is called that asks for what its hand-off carries.
pub const CARRIED: &str = "carried";

/// How a record is handed to another team at a stage. Its time runs as a clock, called by [`hand_off_clock`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HandOff {
    /// The team that takes over.
    pub to: String,
    /// Which records are handed over: those of which it is not known that this does not hold.
    pub when: Option<Condition>,
    /// The fields of the record or its account that go along; none may be empty when it enters the stage.
    pub carries: Vec<FieldRef>,
    /// What shows that they took it over, besides that one of them says so.
    pub accept: Option<Meet>,
    /// How long they have, by the team's calendar.
    pub within: BusinessAmount,
    /// What follows when that time is up.
    pub finally: Finally,
    /// The stage to which a refused record moves; if absent, a refusal is followed by what `finally` says.
    pub refused_to: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// What follows when a hand-off was not accepted in time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Finally {
    /// The record moves to this stage.
    MoveTo(String),
    /// They are asked: a person, or the manager of whoever was to take it.
    Ask(Recipient),
}

/// What the clock of a stage's hand-off is called.
#[must_use]
pub fn hand_off_clock(stage: &str) -> String {
    format!("{stage}.hand_off")
}
