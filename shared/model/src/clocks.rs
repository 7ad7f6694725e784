//! What a clock is: of which records, what starts and meets it, how long it may run, and what follows.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use business_time::BusinessAmount;
use crm::{ActivityKind, FieldRef, RecordKind};
use jiff::civil::Time;
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place, recipient::Recipient};

/// The terms of a clock. A running clock keeps the terms it started with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClockTerms {
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Of which kind of record.
    pub record: RecordKind,
    /// Which of them have it; all of them if absent. It is judged when something starts the clock; where it is
    /// unknown then, the clock does not start.
    #[serde(default)]
    pub when: Option<Condition>,
    /// What starts it.
    pub start: Start,
    /// Of a clock that starts when its record gets an owner: since when the first run counts.
    #[serde(default)]
    pub counts_since: CountsSince,
    /// What meets it.
    pub meet: Meet,
    /// What else meets it: whichever happens first.
    #[serde(default)]
    pub or_meet: Vec<Meet>,
    /// While this holds, it does not run.
    pub pause: Option<Condition>,
    /// Whether it does not run while its owner is away. As `pause` says; if it does not, a clock
    /// that counts the owner's own hours stands still, and another goes on.
    #[serde(default)]
    pub owner_away: bool,
    /// What becomes of a run when the record gets another owner.
    pub owner_changes: OwnerChanges,
    /// What becomes of a run that ended because the record was closed, when the record is opened
    /// again; nothing if absent.
    pub reopen: Option<Reopen>,
    /// How long it may run.
    pub within: Budget,
    /// What becomes of a run when the field changes by which its budget goes.
    #[serde(default)]
    pub budget_changes: BudgetChanges,
    /// Whose working hours count.
    pub calendar: ClockCalendar,
    /// The percentage of the budget (1 to 99) after which the owner is warned.
    pub warn_at: Option<u8>,
    /// What happens from the due time on, in order.
    pub when_late: Vec<LateStep>,
    /// Of the clock of a hand-off: which. It is of whoever is to take the record over, and runs also where the
    /// stage closes the record.
    #[serde(default)]
    pub hand_off: Option<HandingOver>,
    /// Where it is written.
    pub place: Place,
}

/// What a clock must know of the hand-off whose time it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandingOver {
    /// The stage at which the record is handed over.
    pub stage: String,
    /// The team that takes over.
    pub to: String,
    /// The stage to which a refused record moves, if it does.
    pub refused_to: Option<String>,
}

/// What starts a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// The record has got an owner.
    Routed,
    /// The first contact with the customer was logged.
    ActivityLogged,
    /// The clock of this name was met.
    ClockMet(String),
    /// The customer has written, and nobody has answered yet; every time anew.
    CustomerReplied(CountsFrom),
    /// The record has entered this stage, and its gate let it stand there; every time anew.
    StageEntered(String),
    /// The record has left this stage, and its gate let it go; every time anew.
    StageLeft(String),
    /// This field of the record, or of its account, holds something else; every time anew.
    FieldChanged(FieldRef),
    /// It is the day that stands in this field, and this time of day in the company's zone.
    OnDate {
        /// The field, which holds a date.
        field: FieldRef,
        /// The time of day.
        at: Time,
    },
}

impl Start {
    /// Whether the stages of a record or its fields start it, whoever owns the record then.
    #[must_use]
    pub const fn is_of_the_record(&self) -> bool {
        matches!(
            self,
            Self::StageEntered(_)
                | Self::StageLeft(_)
                | Self::FieldChanged(_)
                | Self::OnDate { .. }
        )
    }

    /// Whether what starts it is the same edge as what meets it.
    #[must_use]
    pub fn is(&self, upon: &Upon) -> bool {
        match (self, upon) {
            (Self::StageEntered(one), Upon::StageEntered(other))
            | (Self::StageLeft(one), Upon::StageLeft(other)) => one == other,
            (Self::FieldChanged(one), Upon::FieldChanged(other)) => one == other,
            _ => false,
        }
    }
}

/// From which of several messages that nobody has answered a clock counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsFrom {
    /// The first: so long has the customer been waiting.
    #[default]
    FirstUnanswered,
    /// The latest: each message starts a new run.
    Latest,
}

/// Since when the first run of a clock counts that starts when its record gets an owner.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CountsSince {
    /// Since it got one.
    #[default]
    Routed,
    /// Since it was created.
    Created,
    /// Since the instant in this field; since it got an owner where that has no value.
    Field(FieldRef),
}

/// What becomes of a clock's run when the record gets another owner.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OwnerChanges {
    /// It goes on, as the new owner's.
    Keep,
    /// It is cancelled, and a new run starts for the new owner.
    #[default]
    Restart,
}

/// What becomes of a clock when its record is opened again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reopen {
    /// The run goes on with the time that was left.
    Resume,
    /// A new run starts.
    New,
}

/// The event that meets a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Upon {
    /// The record has got an owner.
    #[serde(rename = "record.routed", alias = "lead.routed")]
    Routed,
    /// A contact with the customer was logged.
    #[serde(rename = "activity.logged")]
    ActivityLogged,
    /// The record has entered this stage, and its gate let it stand there.
    #[serde(rename = "stage.entered")]
    StageEntered(String),
    /// The record has left this stage, and its gate let it go.
    #[serde(rename = "stage.left")]
    StageLeft(String),
    /// This field of the record, or of its account, holds something else.
    #[serde(rename = "field.changed")]
    FieldChanged(FieldRef),
    /// Somebody of the team that takes over said so.
    #[serde(rename = "hand_off.accepted")]
    HandOffAccepted,
}

impl Upon {
    /// Whether a gate tells of it.
    #[must_use]
    pub const fn is_of_stages(&self) -> bool {
        matches!(self, Self::StageEntered(_) | Self::StageLeft(_))
    }
}

/// As people read it: `stage left mql`.
impl fmt::Display for Upon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Routed => f.write_str("record routed"),
            Self::ActivityLogged => f.write_str("activity logged"),
            Self::StageEntered(stage) => write!(f, "stage {stage} entered"),
            Self::StageLeft(stage) => write!(f, "stage {stage} left"),
            Self::FieldChanged(field) => write!(f, "{field} changed"),
            Self::HandOffAccepted => f.write_str("hand-off accepted"),
        }
    }
}

/// What meets a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meet {
    /// The event.
    pub upon: Upon,
    /// Of which kinds an activity must be; a contact of whatever kind if empty.
    #[serde(default)]
    pub kinds: BTreeSet<ActivityKind>,
    /// Whether only the owner's own doing counts. Where the CRM does not say who it was, it counts.
    pub by_owner: bool,
    /// How often it must happen, from 1 to 100.
    pub times: u32,
    /// On how many different days, by the company's zone, from 1 to 100; on any if absent.
    #[serde(default)]
    pub on_days: Option<u32>,
}

impl Meet {
    /// Whether what was logged counts, which is of this kind; none: a contact of which that is not said.
    #[must_use]
    pub fn counts(&self, kind: Option<ActivityKind>) -> bool {
        let asked = kind.map_or(self.kinds.is_empty(), |kind| self.kinds.contains(&kind));
        self.upon == Upon::ActivityLogged && asked
    }
}

/// How long a clock may run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Budget {
    /// The same for every record.
    Fixed(BusinessAmount),
    /// By the value of a field.
    By {
        /// The field.
        field: FieldRef,
        /// The amount for each value.
        amounts: BTreeMap<String, BusinessAmount>,
        /// The amount for every other value; none if every value has its line.
        #[serde(default)]
        otherwise: Option<BusinessAmount>,
        /// The amount where the field has no value; none if it always has one.
        #[serde(default)]
        unknown: Option<BusinessAmount>,
    },
}

/// What becomes of a run when the field changes by which its budget goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetChanges {
    /// The new budget counts from the start: what was used is used.
    FromStart,
    /// The whole new budget counts from the change.
    FromNow,
    /// It goes on with the budget that it started with, as every run did in models of before.
    #[default]
    Keep,
}

/// Whose working hours a clock counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockCalendar {
    /// Those of the record's owner.
    Owner,
    /// Those of the owner's team; the owner's own where they are in no team.
    Team,
    /// Those of this calendar.
    Named(String),
    /// Those of the calendar that stands for the value of a field, such as the customer's country.
    By {
        /// The field.
        field: FieldRef,
        /// The calendar for each value.
        calendars: BTreeMap<String, String>,
        /// The calendar for every other value; none if every value has its line.
        otherwise: Option<String>,
        /// The calendar where the field has no value.
        unknown: String,
    },
}

/// One step after the due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateStep {
    /// How long after the due time, or after the step before; at once if absent.
    pub after: Option<BusinessAmount>,
    /// Whether `after` counts from the step before.
    pub after_previous: bool,
    /// Who is told, if anybody.
    pub tell: Option<Recipient>,
    /// Whether the step waits until it is working time for one of those who are told, by their own
    /// calendar.
    pub within_working_time: bool,
    /// The stage the record is then moved to, if any.
    pub move_to: Option<String>,
    /// Whether it is then given to another member of the pool it came from.
    #[serde(default)]
    pub reassign: Option<Reassign>,
    /// Where it is written.
    pub place: Place,
}

/// A record goes from the owner who let a clock run out to another member of the same pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassign {
    /// How often one record is reassigned, from 1 to 100, counted over all its clocks.
    pub at_most: u32,
    /// Who gets it when that often was not enough, or nobody else is left: a person, or the last
    /// owner's manager.
    pub finally: Recipient,
}

/// Where a clock of a record can stand, in the words of `clock.NAME`.
pub const CLOCK_STATUS: [&str; 7] = [
    "not_started",
    "running",
    "paused",
    "late",
    "met_in_time",
    "met_late",
    "cancelled",
];
