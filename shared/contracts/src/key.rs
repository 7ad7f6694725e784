use crm::{PersonId, RecordId};
use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{audit::Subject, ids::DecisionId, ids::EventId};

/// The key of an item of the table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Key {
    /// The partition.
    pub pk: String,
    /// The item within it.
    pub sk: String,
}

impl Key {
    fn new(pk: String, sk: impl Into<String>) -> Self {
        Self { pk, sk: sk.into() }
    }

    /// The partition that holds everything decided about a record.
    #[must_use]
    pub fn partition_of(record: &RecordId) -> String {
        format!("R#{record}")
    }

    /// The partition of the audit records of a record or person.
    #[must_use]
    pub fn audit_partition_of(subject: &Subject) -> String {
        format!("A#{subject}")
    }

    /// crm-sync's item: our copy of the record.
    #[must_use]
    pub fn record(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), "record")
    }

    /// lead-routing's item.
    #[must_use]
    pub fn routing(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), "routing")
    }

    /// sla-timers' item.
    #[must_use]
    pub fn clocks(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), "clocks")
    }

    /// stage-gates' item.
    #[must_use]
    pub fn gate(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), "gate")
    }

    /// deviation-watch's item.
    #[must_use]
    pub fn deviations(record: &RecordId) -> Self {
        Self::new(Self::partition_of(record), "deviations")
    }

    /// An audit record.
    #[must_use]
    pub fn audit(subject: &Subject, decision: &DecisionId) -> Self {
        Self::new(Self::audit_partition_of(subject), decision.as_str())
    }

    /// The rotation of a pool.
    #[must_use]
    pub fn pool(pool: &str) -> Self {
        Self::new(format!("P#{pool}"), "rotation")
    }

    /// Who is away when, of the whole company.
    #[must_use]
    pub fn absences() -> Self {
        Self::new("S#people".to_owned(), "absences")
    }

    /// When a person last got a digest.
    #[must_use]
    pub fn digest(person: &PersonId, digest: &str) -> Self {
        Self::new(format!("D#{person}"), digest)
    }

    /// What became of an effect (a mail, a write into the CRM).
    #[must_use]
    pub fn effect(event: &EventId) -> Self {
        Self::new(format!("E#{event}"), "effect")
    }

    /// A webhook that could not be understood.
    #[must_use]
    pub fn quarantine(day: jiff::civil::Date, event: &EventId) -> Self {
        Self::new(format!("Q#{day}"), event.as_str())
    }

    /// The token bucket of a CRM's rate limit.
    #[must_use]
    pub fn bucket(source: &str) -> Self {
        Self::new(format!("B#{source}"), "bucket")
    }
}

/// Among how many shards deadlines are spread, so that one partition of the index never carries
/// them all. A tick with nothing due reads each shard once.
pub const SHARDS: u8 = 4;

/// The shard on which the deadlines of a record lie.
#[must_use]
pub fn shard_of(record: &RecordId) -> String {
    // FNV-1a: stable from release to release, unlike the standard library's hasher.
    let hash = record
        .to_string()
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    format!("due#{}", hash % u64::from(SHARDS))
}

/// The hour of an instant in UTC, `2026-11-22T14`: the partition of the index over audit records.
#[must_use]
pub fn hour_of(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H")
        .to_string()
}

/// What an item puts into the table's sparse indexes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Indexes {
    /// The next instant at which something falls due, and the shard.
    pub due: Option<(String, Timestamp)>,
    /// The account whose changes reach this item's record.
    pub account: Option<String>,
    /// The person who must see this item.
    pub person: Option<String>,
    /// The hour, and the instant within it.
    pub hour: Option<(String, Timestamp)>,
}
