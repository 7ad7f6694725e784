use std::collections::BTreeMap;

use crm::RecordId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::key::{COUNTED, Key, METRIC, SHARDS, shard_of};

/// What a record counts for in each metric, as it was counted: taken back before it counts for something else.
/// live-metrics alone writes it. It lies in a partition of its own, since no other function reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedState {
    /// Since when it counts for this: what a condition asks of the time was so then.
    pub at: Timestamp,
    /// By the metric's name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<String, Contribution>,
}

/// What a record counts for in one metric.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contribution {
    /// What is measured, without the conditions: `portion`, `sum`. What counts for one form counts for no other.
    pub form: String,
    /// What it counts for.
    pub counts: Counting,
    /// Under which group of each breakdown, by its words; empty for what has no value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, String>,
}

/// What is counted of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// Whether it is looked at cannot be known.
    Unsure,
    /// Whether the portion's condition holds: `y`, `n`, or `u` if it cannot be known.
    Answer(char),
    /// The same of each field: whether it has a value.
    Fields(String),
    /// It is there.
    There,
    /// Its value in millionths, if it has one.
    Value(Option<i64>),
    /// Both values in millionths, if it has them.
    Pair(Option<(i64, i64)>),
    /// How long it took, in seconds, as it is kept; none if it is late and has not come to its end.
    Took(Option<i64>),
}

/// What a metric comes to now, and in each of its groups. live-metrics alone writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricState {
    /// What is measured, as in [`Contribution::form`].
    pub form: String,
    /// The number of the deployment by whose model it is of that form.
    pub revision: u64,
    /// The day, where the company is, on which it last changed.
    pub day: Date,
    /// When it last changed.
    pub changed: Timestamp,
    /// All that is looked at.
    #[serde(default)]
    pub total: Tallied,
    /// Of how many records it cannot be known whether they are looked at.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub unsure: u64,
    /// The groups of each breakdown, by its words and their names. Those in which nothing is counted are left out.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub by: BTreeMap<String, BTreeMap<String, Tallied>>,
    /// The Monday of the week in which its owner was told last that it is below its floor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Date>,
    /// The signals that are open, by their names: since when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub signals: BTreeMap<String, Timestamp>,
}

/// What was counted. What a form does not count is nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tallied {
    /// How many records are there, have the values that are summed, or fulfil the condition.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub yes: u64,
    /// How many do not fulfil it.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub no: u64,
    /// Of how many it cannot be known, or which lack a value.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub unknown: u64,
    /// The sums of their values, in millionths.
    #[serde(default, skip_serializing_if = "Vec::is_empty", with = "texts")]
    pub sums: Vec<i128>,
    /// How many have, lack, or may have each field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(u64, u64, u64)>,
    /// Of those that have each field: how many are stale, and of how many that is not known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale: Vec<(u64, u64)>,
    /// In how many records that have all fields one of them is stale.
    #[serde(default, skip_serializing_if = "is_nothing")]
    pub with_stale: u64,
    /// The lengths in seconds, the shortest first, and how many took so long.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lengths: Vec<(i64, u64)>,
}

/// How far the nightly recount has come.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetricsRecountState {
    /// The last day, where the company is, for which a recount was begun.
    pub day: Option<Date>,
    /// The shard at which it is; none when all records were judged again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<u8>,
    /// The last record of that shard that was judged again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<RecordId>,
    /// The metrics that are still to be compared with what the records count for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<String>,
}

/// What a metric had come to at the end of a day: what is kept of the last one up to it on which it changed, if that far
/// back something is kept.
#[must_use]
pub fn latest_up_to(kept: &[MetricState], day: Date) -> Option<&MetricState> {
    let until = kept.iter().filter(|it| it.day <= day);
    until.max_by_key(|it| it.day)
}

impl Key {
    /// What a record counts for in the metrics.
    #[must_use]
    pub fn counted(record: &RecordId) -> Self {
        Self::new(format!("{COUNTED}{record}"), "metrics")
    }

    /// The record that counts for something in the metrics, if that is what the item says.
    #[must_use]
    pub fn counted_record(&self) -> Option<RecordId> {
        self.pk.strip_prefix(COUNTED)?.parse().ok()
    }

    /// What a metric comes to now.
    #[must_use]
    pub fn metric(name: &str) -> Self {
        Self::new(Self::metric_partition(name), "now")
    }

    /// What a metric had come to at the end of a day on which it changed.
    #[must_use]
    pub fn metric_on(name: &str, day: Date) -> Self {
        Self::new(Self::metric_partition(name), day.to_string())
    }

    /// Where a metric lies: what it comes to now, and what it had come to by day.
    #[must_use]
    pub fn metric_partition(name: &str) -> String {
        format!("{METRIC}{name}")
    }

    /// The metric that comes to something now, if that is what the item says.
    #[must_use]
    pub fn metric_name(&self) -> Option<&str> {
        let name = self.pk.strip_prefix(METRIC)?;
        (self.sk == "now").then_some(name)
    }

    /// How far the nightly recount of the metrics has come.
    #[must_use]
    pub fn metrics_recount() -> Self {
        Self::new("S#metrics".to_owned(), "recount")
    }
}

/// The value under which the index over persons shows what a record counts for.
#[must_use]
pub fn counted_in(record: &RecordId) -> String {
    let shard = shard_of(record);
    format!("metrics#{}", shard.trim_start_matches("due#"))
}

/// The values under which the index over persons shows what all records count for, by shard.
pub fn counted_shards() -> impl Iterator<Item = String> {
    (0..SHARDS).map(counted_shard)
}

/// The value of one shard.
#[must_use]
pub fn counted_shard(shard: u8) -> String {
    format!("metrics#{shard}")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
const fn is_nothing(count: &u64) -> bool {
    *count == 0
}

/// Sums may be longer than the numbers of JSON are exact.
mod texts {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        sums: &[i128],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(sums.iter().map(ToString::to_string))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<i128>, D::Error> {
        let written = Vec::<String>::deserialize(deserializer)?;
        let read = written
            .iter()
            .map(|it| it.parse().map_err(D::Error::custom));
        read.collect()
    }
}
