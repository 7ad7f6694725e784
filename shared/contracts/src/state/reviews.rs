use std::collections::{BTreeMap, BTreeSet};

use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::{counted::Tallied, digest::Told};
use crate::{
    ids::ValuesDigest,
    key::{Key, REVIEW},
};

/// When the pack of a review went out, and how things stood then: so the next one says what has changed. daily-digest
/// alone writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewState {
    /// For which day of the chair's.
    pub day: Date,
    /// How things stood.
    pub stood: Stood,
    /// How they had stood when the pack before went out: what that of this day is compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Stood>,
}

/// How things stood when a pack went out. What is not on its agenda is left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// When, and which deviations were open: of each record, by name and opening.
    pub told: Told,
    /// The actions that were not done, by their numbers.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub actions: BTreeSet<u32>,
    /// What each metric had come to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, StoodMetric>,
    /// What the model defined, by where that stands; another digest is another definition.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub definitions: BTreeMap<String, ValuesDigest>,
}

/// What a metric had come to, without its groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoodMetric {
    /// What is measured, as [`super::MetricState::form`] says it.
    pub form: String,
    /// All that was looked at.
    pub total: Tallied,
}

/// What was decided in a review, and what somebody is to do. `fairlead review` alone writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinutesState {
    /// What was decided, the last at the end; the last [`MinutesState::MOST`] of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decided: Vec<Decided>,
    /// What is to be done, by its number; what is done stays until [`MinutesState::MOST`] others are.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub actions: BTreeMap<u32, ReviewAction>,
    /// The last number that was given to an action.
    #[serde(default)]
    pub last: u32,
}

/// Something that was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// When it was recorded.
    pub at: Timestamp,
    /// By whom.
    pub by: PersonId,
    /// By which decision right, if the review asks for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub right: Option<String>,
    /// What, in their words.
    pub what: String,
}

/// Something that somebody is to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewAction {
    /// What, in the words of who recorded it.
    pub what: String,
    /// Who is to do it.
    pub owner: PersonId,
    /// By the end of which day of theirs.
    pub due: Date,
    /// Who recorded it.
    pub by: PersonId,
    /// When.
    pub from: Timestamp,
    /// When it was done, and who said so; not yet if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done: Option<(Timestamp, PersonId)>,
}

impl MinutesState {
    /// How many decisions, and how many actions that are done, are kept at most; and how many may be open.
    pub const MOST: usize = 100;

    /// The actions that are not done, in the order of their numbers.
    pub fn open(&self) -> impl Iterator<Item = (u32, &ReviewAction)> {
        let all = self.actions.iter();
        all.filter(|(_, it)| it.done.is_none())
            .map(|(number, it)| (*number, it))
    }
}

impl Key {
    /// When the pack of a review went out.
    #[must_use]
    pub fn review(name: &str) -> Self {
        Self::new(format!("{REVIEW}{name}"), "pack")
    }

    /// What was decided in a review, and what somebody is to do.
    #[must_use]
    pub fn minutes(name: &str) -> Self {
        Self::new(format!("{REVIEW}{name}"), "minutes")
    }

    /// The review whose minutes they are, if that is what the item holds.
    #[must_use]
    pub fn minutes_of(&self) -> Option<&str> {
        let name = self.pk.strip_prefix(REVIEW)?;
        (self.sk == "minutes").then_some(name)
    }

    /// The review whose pack went out, if that is what the item says.
    #[must_use]
    pub fn pack_of(&self) -> Option<&str> {
        let name = self.pk.strip_prefix(REVIEW)?;
        (self.sk == "pack").then_some(name)
    }
}
