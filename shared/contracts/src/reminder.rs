use std::collections::BTreeSet;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is open on a record and stands in digests: one run of a clock, or a deviation from one opening to its end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reminder {
    /// A clock that is late, or due.
    Clock {
        /// Its name.
        name: String,
        /// Which run of it.
        instance: u32,
    },
    /// A deviation.
    Deviation {
        /// Its name.
        name: String,
        /// When it was opened.
        since: Timestamp,
    },
}

impl Reminder {
    /// The clock's or the deviation's name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Clock { name, .. } | Self::Deviation { name, .. } => name,
        }
    }
}

/// What somebody says to what they are reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReminderAnswer {
    /// Remind me later.
    Snoozed {
        /// From when on.
        until: Timestamp,
        /// Why, in their words.
        reason: String,
    },
    /// It is done, and the CRM will show it.
    Done,
    /// It is not theirs to do.
    NotMine {
        /// Why, in their words.
        reason: String,
    },
}

impl ReminderAnswer {
    /// The word used for it.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Snoozed { .. } => "snoozed",
            Self::Done => "done",
            Self::NotMine { .. } => "not mine",
        }
    }

    /// Why, in their words.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Snoozed { reason, .. } | Self::NotMine { reason } => Some(reason),
            Self::Done => None,
        }
    }
}

/// Somebody answers, by a link, what they are reminded of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReminderAnswered {
    /// Of what.
    pub of: BTreeSet<Reminder>,
    /// Who.
    pub by: PersonId,
    /// What they say.
    pub answer: ReminderAnswer,
}

/// What somebody has answered, for as long as what they are reminded of is open. It changes no clock and closes no
/// deviation: until its end they are not reminded, and from then on with what they said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resting {
    /// Of what.
    pub of: Reminder,
    /// Who.
    pub by: PersonId,
    /// What they said.
    pub answer: ReminderAnswer,
    /// When.
    pub at: Timestamp,
    /// The first instant at which they are reminded again.
    pub until: Timestamp,
}
