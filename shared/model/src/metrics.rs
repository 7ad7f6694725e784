use business_time::BusinessAmount;
use crm::{PersonId, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place};

/// A number the company watches, with one definition and one owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Who answers for it.
    pub owner: PersonId,
    /// What is looked at.
    pub of: Population,
    /// What is measured of it.
    pub measure: Measure,
    /// How far it looks back, in wall-clock time; all that is kept if absent.
    pub window: Option<BusinessAmount>,
    /// Below this percentage (0 to 100) it is a problem.
    pub floor: Option<u8>,
    /// Where it is written.
    pub place: Place,
}

/// What a metric looks at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Population {
    /// All records of this kind.
    All(RecordKind),
    /// Those whose journey goes on.
    Open(RecordKind),
    /// Those at this stage.
    InStage(RecordKind, String),
    /// The runs of this clock that ended.
    Clock(String),
    /// The journeys of records of this kind, from stage to stage.
    Lifecycle(RecordKind),
}

/// What a metric measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The portion of the records of which this holds. A record of which it cannot be known counts
    /// as one of which it does not hold, and is counted apart.
    Portion(Condition),
    /// The portion of the clock's runs that were met by their due time.
    MetInTime,
    /// From each stage, the portion of the records that went on to each other stage.
    Conversion,
    /// How long it takes from one stage to another.
    Passage {
        /// Where the stretch begins: at the entry into this stage.
        from: String,
        /// Where it ends: at the entry into this one.
        to: String,
        /// The quantile in percent (1 to 99); 50 is the median.
        quantile: u8,
    },
}

/// A change that comes before the numbers move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// What is watched.
    pub watches: Watched,
    /// With how many weeks before it is compared (1 to 52).
    pub previous_weeks: u8,
    /// At which change it speaks up.
    pub trend: Trend,
    /// Where it is written.
    pub place: Place,
}

/// What a signal watches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    /// How long open records have been in their stage, at the median.
    TimeInStage,
    /// How many days lie between contacts with a customer, at the median.
    DaysBetweenContacts,
    /// This metric.
    Metric(String),
}

/// A change against before, in percent (1 to 1,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trend {
    /// It is greater by so much.
    RisesBy(u16),
    /// It is smaller by so much.
    FallsBy(u16),
}
