use std::collections::{BTreeMap, BTreeSet};

use crm::RecordId;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    behaviour::Visitor,
    key::{BEHAVIOURS, Key},
};

/// How long behaviour is kept, and so the longest stretch in which it counts: 30 days.
pub const BEHAVIOUR_KEPT: SignedDuration = SignedDuration::from_hours(24 * 30);

/// The most that is kept of one behaviour of one visitor; what is older than these counts no more.
pub const MOST_KEPT: usize = 100;

/// What a visitor has done of late, and whose it is. crm-sync alone writes it. Of whom no record is known it expires
/// after [`BEHAVIOUR_KEPT`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BehavioursState {
    /// The records by which the visitor is known. Of a lead, the accounts for which its person's doings are counted.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub records: BTreeSet<RecordId>,
    /// When each event happened, by behaviour and by the beginning of the event's id: one that comes twice is there
    /// once.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub seen: BTreeMap<String, BTreeMap<String, Timestamp>>,
    /// Of an account: through which of its leads each counts, by the beginning of the event's id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub through: BTreeMap<String, BTreeSet<RecordId>>,
}

impl BehavioursState {
    /// What the item is called in its partition.
    pub const NAME: &str = "behaviours";
}

impl Key {
    /// What a visitor has done.
    #[must_use]
    pub fn behaviours(visitor: &Visitor) -> Self {
        Self::new(format!("{BEHAVIOURS}{visitor}"), BehavioursState::NAME)
    }

    /// The record that it is about, an account or a lead; none if it is what one visitor has done.
    #[must_use]
    pub fn behaviours_of(&self) -> Option<RecordId> {
        self.pk
            .strip_prefix(BEHAVIOURS)?
            .strip_prefix("record:")?
            .parse()
            .ok()
    }

    /// Whether it is what a visitor has done.
    #[must_use]
    pub fn is_behaviours(&self) -> bool {
        self.pk.starts_with(BEHAVIOURS)
    }
}
