use std::collections::{BTreeMap, BTreeSet};

use crm::RecordId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// When a person last got a digest, and what it told: so the next says what is new and what is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestState {
    /// For which of their days.
    pub day: Date,
    /// What the last one that was sent told; absent if nobody noted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Told>,
    /// What the one of this day is compared with: what the last one that was sent before it told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Told>,
}

/// What a digest told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// When.
    pub at: Timestamp,
    /// Of each record, which clocks were late and which deviations open, each with what sets one run or opening
    /// apart from another; the worst [`Told::MOST`] of them.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        with = "by_record"
    )]
    pub things: BTreeMap<RecordId, BTreeSet<String>>,
    /// The records that a mail named, of those: only these can be told to be over. Not more than [`Told::MOST`].
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub shown: BTreeSet<RecordId>,
}

impl DigestState {
    /// That a digest was sent, or left out, for a day, and that it told nothing.
    #[must_use]
    pub const fn of(day: Date) -> Self {
        Self {
            day,
            told: None,
            before: None,
        }
    }
}

impl Told {
    /// How many things are kept at most.
    pub const MOST: usize = 500;

    /// Whether there may have been more than is kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.things.values().map(BTreeSet::len).sum::<usize>() >= Self::MOST
    }
}

/// A record is a key by its text.
mod by_record {
    use std::collections::{BTreeMap, BTreeSet};

    use crm::RecordId;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    type Things = BTreeMap<RecordId, BTreeSet<String>>;

    pub(super) fn serialize<S: Serializer>(
        things: &Things,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(
            things
                .iter()
                .map(|(record, keys)| (record.to_string(), keys)),
        )
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Things, D::Error> {
        let written = BTreeMap::<String, BTreeSet<String>>::deserialize(deserializer)?;
        let read = written
            .into_iter()
            .map(|(record, keys)| Ok((record.parse().map_err(D::Error::custom)?, keys)));
        read.collect()
    }
}
