use business_time::BusinessAmount;
use crm::{PersonId, RecordKind};
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use super::{Condition, Place, Recipient};

/// What counts as a deviation of an open record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviationRule {
    /// Of which kind of record.
    pub record: RecordKind,
    /// When there is one.
    pub when: Condition,
    /// How bad it is.
    pub severity: Severity,
    /// The name of the response.
    pub respond: String,
    /// Where it is written.
    pub place: Place,
}

/// How bad a deviation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be answered first.
    High,
    /// To be answered.
    Medium,
    /// To be known.
    Low,
}

impl Severity {
    /// The word used for it everywhere.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// How a deviation is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// Who answers it.
    pub by: Recipient,
    /// How long they have.
    pub resolve_within: BusinessAmount,
    /// Who hears of it after that.
    pub escalate_to: Recipient,
    /// Where it is written.
    pub place: Place,
}

/// A mail that somebody gets regularly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// Who gets it.
    pub to: Audience,
    /// Whose work it shows.
    pub shows: Scope,
    /// What it has in it, in order.
    pub parts: Vec<Part>,
    /// On which days.
    pub every: Recurrence,
    /// At what time of day in the recipient's time zone.
    pub at: Time,
    /// Whether it is left out when there is nothing to say.
    pub skip_when_empty: bool,
    /// Where it is written.
    pub place: Place,
}

/// Who gets a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Everyone who is a member of a pool or the owner of something open.
    Owners,
    /// The lead of each team.
    TeamLeads,
    /// Everyone in this team.
    Team(String),
    /// These people.
    People(Vec<PersonId>),
}

/// Whose work a digest shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The recipient's own.
    Own,
    /// That of everyone in the teams which the recipient leads, and the recipient's own.
    Team,
    /// Everyone's.
    Company,
}

/// A part of a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Clocks that were not met in time.
    LateClocks,
    /// Open deviations.
    Deviations,
    /// Clocks that fall due today.
    DueToday,
}

/// On which days something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// On each working day of the recipient's calendar.
    WorkingDay,
    /// On this day of each week.
    Weekly(#[serde(with = "weekday")] Weekday),
}

mod weekday {
    use jiff::civil::Weekday;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(
        day: &Weekday,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_i8(day.to_monday_one_offset())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Weekday, D::Error> {
        let number = i8::deserialize(deserializer)?;
        Weekday::from_monday_one_offset(number).map_err(D::Error::custom)
    }
}
