use business_time::BusinessAmount;
use crm::{PersonId, RecordKind};
use jiff::civil::{Time, Weekday};
use serde::{Deserialize, Serialize};

use crate::{
    condition::Condition,
    follows::{Acts, DeviationStep},
    place::Place,
    recipient::Recipient,
};

/// What counts as a deviation of an open record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DeviationRule {
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// Of which kind of record.
    pub record: RecordKind,
    /// When there is one.
    pub when: Condition,
    /// How bad it is.
    pub severity: Severity,
    /// The name of the response.
    pub respond: String,
    /// What becomes of its steps.
    pub acts: Acts,
    /// What follows when it lasts, in order.
    pub steps: Vec<DeviationStep>,
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

/// How a record is excused from criteria or deviations for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceptions {
    /// The decision right it takes to grant one.
    pub right: String,
    /// How long one may last, in wall-clock time.
    pub at_most: BusinessAmount,
    /// Whether a reason must be given.
    pub reason_required: bool,
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
    /// Everyone's, and what is nobody's.
    All,
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
    /// How the metrics stand against their floors.
    Adherence,
    /// How many records go on from each stage.
    Conversion,
    /// Exceptions that are granted, and when they end.
    Exceptions,
    /// Open deviations, counted by team.
    DeviationsByTeam,
    /// How much each person has in hand.
    Load,
    /// Records that wait for an owner.
    Unrouted,
    /// Messages of the CRM that could not be understood.
    Quarantine,
    /// Records whose copy differs from the CRM.
    Drift,
    /// What could not be done.
    Failures,
    /// Spellings that no channel has.
    UnrecognisedSources,
    /// Deviations that cannot be judged for want of a value.
    CannotBeJudged,
}

impl Part {
    /// Every part, in the order in which people list them.
    pub const ALL: [Self; 14] = [
        Self::LateClocks,
        Self::Deviations,
        Self::DueToday,
        Self::Adherence,
        Self::Conversion,
        Self::Exceptions,
        Self::DeviationsByTeam,
        Self::Load,
        Self::Unrouted,
        Self::Quarantine,
        Self::Drift,
        Self::Failures,
        Self::UnrecognisedSources,
        Self::CannotBeJudged,
    ];

    /// Whether digests show it today. The others are read, checked and kept, and left out of the mails: a digest
    /// must not say that there is nothing of what nobody gathers. `check` says so of each that is asked for.
    #[must_use]
    pub const fn is_shown(self) -> bool {
        matches!(
            self,
            Self::LateClocks
                | Self::Deviations
                | Self::DueToday
                | Self::Adherence
                | Self::Exceptions
                | Self::DeviationsByTeam
                | Self::Load
        )
    }

    /// The word used for it in `governance.yaml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::LateClocks => "late_clocks",
            Self::Deviations => "deviations",
            Self::DueToday => "due_today",
            Self::Adherence => "adherence",
            Self::Conversion => "conversion",
            Self::Exceptions => "exceptions",
            Self::DeviationsByTeam => "deviations_by_team",
            Self::Load => "load",
            Self::Unrouted => "unrouted",
            Self::Quarantine => "quarantine",
            Self::Drift => "drift",
            Self::Failures => "failures",
            Self::UnrecognisedSources => "unrecognised_sources",
            Self::CannotBeJudged => "cannot_be_judged",
        }
    }
}

/// On which days something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recurrence {
    /// On each working day of the recipient's calendar.
    WorkingDay,
    /// On this day of each week.
    Weekly(#[serde(with = "weekday")] Weekday),
    /// On the first such day of each month.
    FirstOfMonth(#[serde(with = "weekday")] Weekday),
    /// On the first such day of January, April, July and October.
    FirstOfQuarter(#[serde(with = "weekday")] Weekday),
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
