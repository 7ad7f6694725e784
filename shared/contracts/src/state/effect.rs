use crm::SourceName;
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use serde::{Deserialize, Serialize};

use crate::{event::Event, ids::EventId, key::Indexes};

/// What an effect that was refused puts into the index over persons, so that all of them are one query.
pub const REFUSED: &str = "refused";

/// What became of an effect upon the world outside: claimed, done, marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectState {
    /// Where it stands.
    pub status: EffectStatus,
    /// When it was claimed or finished.
    pub at: Timestamp,
    /// Until when a claim keeps others away; after that it may be taken over.
    pub lease_until: Timestamp,
    /// What came of it, without personal values.
    pub result: String,
    /// The event that asked for it, if it was refused: so that it can be asked for again. It stands until the
    /// function has heard that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Box<Event>>,
    /// The notice with whose mail it goes, if it has none of its own: it is sent when that one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<EventId>,
}

impl EffectState {
    /// What it puts into the indexes: what was refused is found until it has ended otherwise, or somebody has
    /// given it up.
    #[must_use]
    pub fn indexes(&self) -> Indexes {
        Indexes {
            person: self.asked.as_ref().map(|_| REFUSED.to_owned()),
            ..Indexes::default()
        }
    }
}

/// Where an effect stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EffectStatus {
    /// Someone is at it.
    Claimed,
    /// It is done.
    Done,
    /// It is no longer needed.
    Skipped,
    /// The world outside says no, and will say no again.
    Refused,
}

/// How often a function failed upon an event by itself, and not because something was there for nobody, and
/// how long it waited for something else to come first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailuresState {
    /// How often.
    pub times: u32,
    /// How long, in seconds; waits of less than a minute are left out.
    #[serde(default)]
    pub waited: u64,
}

/// A token bucket, kept as the theoretical arrival time of the generic cell rate algorithm
/// (ITU-T I.371): one number, so that one conditional write takes a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketState {
    /// When the bucket will be full again, in milliseconds since 1970.
    pub full_at_ms: i64,
}

/// Our writes into a source in the last hour, minute by minute.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritesState {
    /// How many in each minute since 1970, the earliest first; a minute without any is left out.
    pub minutes: Vec<MinuteOfWrites>,
}

/// Our writes in one minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinuteOfWrites {
    /// Which minute since 1970.
    pub minute: i64,
    /// How many set an owner.
    pub owners: u32,
    /// How many did anything else.
    pub others: u32,
}

/// For how long a webhook is kept that could not be understood.
pub const QUARANTINED_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A webhook that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineState {
    /// Why.
    pub reason: String,
    /// The subscription type it names.
    pub subscription: Option<String>,
    /// The object it names.
    pub object: Option<String>,
    /// When it came.
    pub at: Timestamp,
    /// The source of the model it came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceName>,
    /// The CRM's name for such objects, such as `contacts`, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Which revision of the model could not understand it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<Revision>,
    /// What somebody has done about it; none if nobody has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Settled>,
}

/// What somebody has done about what failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// It was put back to where it came from.
    Redriven,
    /// It was given up.
    Dropped,
}
