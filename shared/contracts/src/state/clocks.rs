use std::collections::BTreeMap;

use crm::PersonId;
use jiff::Timestamp;
use operating_model::Recipient;
use serde::{Deserialize, Serialize};

/// sla-timers' item: the latest run of each clock of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClocksState {
    /// By the clock's name.
    pub clocks: BTreeMap<String, Clock>,
}

/// One run of a clock, with the terms it started with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which run of it, from 1.
    pub instance: u32,
    /// Where it stands.
    pub status: ClockStatus,
    /// Whose it is.
    pub owner: PersonId,
    /// When it started.
    pub started: Timestamp,
    /// How long it may run, in the words of the model.
    pub budget: String,
    /// The calendar that counts.
    pub calendar: String,
    /// When it is due.
    pub due: Timestamp,
    /// When the owner is warned; none once it was done, or if the model does not ask for it.
    pub warn_at: Option<Timestamp>,
    /// What is still to happen from the due time on, in order.
    pub steps: Vec<Step>,
    /// When it was met.
    pub met: Option<Timestamp>,
}

/// Where a clock stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockStatus {
    /// It runs and is not late.
    Running,
    /// It ran out and is not met.
    Late,
    /// It was met by its due time.
    MetInTime,
    /// It was met after its due time.
    MetLate,
    /// It lost its object.
    Cancelled,
}

impl ClockStatus {
    /// Whether it can still be met.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Late)
    }
}

/// One step after the due time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Which step, from 1.
    pub number: u32,
    /// When it is taken.
    pub at: Timestamp,
    /// Who is told.
    pub tell: Recipient,
}

impl Clock {
    /// The next instant at which something is to happen, if any.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let first_step = self.steps.first().map(|step| step.at);
        match self.status {
            ClockStatus::Running => Some(self.warn_at.map_or(self.due, |warn| warn.min(self.due))),
            ClockStatus::Late => first_step,
            _ => None,
        }
    }
}

impl ClocksState {
    /// The next instant at which something is to happen, if any.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.clocks.values().filter_map(Clock::next).min()
    }

    /// Whether a clock is running or late.
    #[must_use]
    pub fn any_open(&self) -> bool {
        self.clocks.values().any(|clock| clock.status.is_open())
    }
}
