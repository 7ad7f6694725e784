use std::collections::{BTreeMap, BTreeSet};

use crm::RecordId;
use jiff::Timestamp;
use model::Severity;
use serde::{Deserialize, Serialize};

use crate::{deadline::DeadlineKind, key::Key, record_item::RecordItem, reminder::Resting};

/// deviation-watch's item.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviationsState {
    /// The open deviations, by name.
    pub open: BTreeMap<String, OpenDeviation>,
    /// The deviations that cannot be judged, since a field has no value.
    pub unjudged: BTreeSet<String>,
    /// The deviations that are excepted, each with the exception's id: their condition held when it was last known,
    /// and they are not open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub excepted: BTreeMap<String, String>,
    /// The deviations of which it was said that they are excepted, each with the exception's id, for as long as that
    /// counts: it is said once, however often the condition comes and goes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, String>,
    /// The next instant at which one can open though nothing on the record changes.
    pub next: Option<Timestamp>,
    /// What was answered to reminders of what is open on the record, clocks as well: one answer each of a person.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub resting: Vec<Resting>,
    /// When steps last did something to the record, the oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acted: Vec<Timestamp>,
    /// The last move by a step that its gate lets through: it is not judged again when the CRM shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<AutomaticMove>,
}

/// A move that a step of a deviation asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AutomaticMove {
    /// The deviation.
    pub deviation: String,
    /// From which stage.
    pub from: String,
    /// To which.
    pub to: String,
    /// When it was decided.
    pub at: Timestamp,
}

/// How far a deviation has come with its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepsTaken {
    /// Since when they count: since it was opened, or since the model first had steps for it.
    pub from: Timestamp,
    /// How many were taken.
    pub taken: u32,
}

impl DeviationsState {
    /// Whether there is something in it for digests: then it stands in the index over persons.
    #[must_use]
    pub fn shows_work(&self) -> bool {
        !self.open.is_empty() || !self.resting.is_empty()
    }
}

impl RecordItem for DeviationsState {
    const NAME: &'static str = DeadlineKind::Deviations.word();
}

impl Key {
    /// deviation-watch's item.
    #[must_use]
    pub fn deviations(record: &RecordId) -> Self {
        Self::of::<DeviationsState>(record)
    }
}

/// A deviation that is not over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDeviation {
    /// Since when.
    pub since: Timestamp,
    /// How bad it is.
    pub severity: Severity,
    /// By when it should be resolved.
    pub resolve_by: Option<Timestamp>,
    /// How far it has come with its steps; none if it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<StepsTaken>,
}
