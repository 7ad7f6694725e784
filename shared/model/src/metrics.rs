use business_time::BusinessAmount;
use crm::{FieldRef, PersonId, RecordKind};
use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place};

/// A number the company watches, with one definition and one owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Who answers for it.
    pub owner: PersonId,
    /// How people call it; its name in words if the model does not say.
    #[serde(default)]
    pub label: Option<String>,
    /// What it says, in a sentence for people.
    pub definition: Option<String>,
    /// What is looked at.
    pub of: Population,
    /// Which of these are looked at; all if absent. One of which it cannot be known is not, and is counted apart.
    pub when: Option<Condition>,
    /// What is measured of it.
    pub measure: Measure,
    /// By what it is broken down, each by itself.
    pub by: Vec<By>,
    /// How far it looks back, in wall-clock time; all that is kept if absent.
    pub window: Option<BusinessAmount>,
    /// Below this percentage (0 to 100) it is a problem.
    pub floor: Option<u8>,
    /// The percentage (0 to 100) that it ought to reach; not below the floor.
    pub target: Option<u8>,
    /// The target that a sum is held against; it is of the records that belong to the period at hand.
    #[serde(default)]
    pub against: Option<String>,
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
    /// The latest run of this clock of each record, if it was met or is late.
    Clock(String),
    /// The journeys of records of this kind, from stage to stage.
    Lifecycle(RecordKind),
}

impl Population {
    /// As the model writes it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::All(kind) => kind.plural().to_owned(),
            Self::Open(kind) => format!("open {}", kind.plural()),
            Self::InStage(kind, stage) => format!("{} in {stage}", kind.plural()),
            Self::Clock(clock) => format!("clock {clock}"),
            Self::Lifecycle(kind) => format!("lifecycle {kind}"),
        }
    }
}

/// What a metric measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// The portion of the records of which this holds. A record of which it cannot be known is counted apart, and
    /// never as one of which it does not hold.
    Portion(Condition),
    /// How many records there are.
    Count,
    /// The sum of a number over the records.
    Sum(FieldRef),
    /// The sum of one number over the sum of another, of the records that have both.
    Ratio(FieldRef, FieldRef),
    /// The portion of the records in which every one of these fields has a value, and the portion for each.
    Filled(Vec<FieldRef>),
    /// Of a number or a length of time the value that so many of the records do not exceed.
    Quantile {
        /// The field.
        field: FieldRef,
        /// The quantile in percent (1 to 99); 50 is the median.
        quantile: u8,
    },
    /// The portion of the clock's runs that were met by their due time.
    MetInTime,
    /// How long the clock's runs took until they were met, in the time by which they are counted.
    RunLength {
        /// The quantile in percent (1 to 99); 50 is the median.
        quantile: u8,
    },
    /// Of the records that left a stage, the portion that went to each other stage next.
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

/// By what a metric is broken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// By the value of a field that is one of a closed list, such as the segment.
    Field(FieldRef),
    /// By the record's stage.
    Stage,
    /// By the record's owner.
    Owner,
    /// By the team of the record's owner.
    Team,
    /// By the week, month or quarter in which the record was created, where the company is.
    Created(Period),
}

impl By {
    /// What is written so; whether there is such a field is not looked at.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let period = Period::ALL.into_iter().find(|it| it.word() == text);
        match (text, period) {
            (_, Some(period)) => Some(Self::Created(period)),
            ("stage", _) => Some(Self::Stage),
            ("owner", _) => Some(Self::Owner),
            ("team", _) => Some(Self::Team),
            _ => text.parse().ok().map(Self::Field),
        }
    }

    /// As the model writes it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Field(field) => field.to_string(),
            Self::Stage => "stage".to_owned(),
            Self::Owner => "owner".to_owned(),
            Self::Team => "team".to_owned(),
            Self::Created(period) => period.word().to_owned(),
        }
    }
}

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// From Monday to Sunday.
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July or October on.
    Quarter,
}

impl Period {
    /// Every period.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Quarter];

    /// As the model writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }
}

/// A number that is held against what it came to some weeks before: it speaks up when it has surely become worse.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signal {
    /// The metric that is watched.
    pub metric: String,
    /// Which way is the bad one.
    pub worse: Worse,
    /// With what it came to so many weeks before it is compared (1 to 52).
    pub weeks_before: u8,
    /// Where it is written.
    pub place: Place,
}

/// The way in which a number gets worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Worse {
    /// It gets worse as it rises.
    Rises,
    /// It gets worse as it falls.
    Falls,
}

impl Worse {
    /// As the model writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Rises => "rises",
            Self::Falls => "falls",
        }
    }
}

/// `4 weeks before`, `1 week before`.
#[must_use]
pub fn weeks_before(weeks: u8) -> String {
    let unit = if weeks == 1 { "week" } else { "weeks" };
    format!("{weeks} {unit} before")
}
