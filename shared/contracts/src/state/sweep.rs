use crm::{RecordKind, SourceName};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// How far crm-sync has come with looking through whole CRMs for what no event told. About machines: all its
/// instants are of the machine's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepState {
    /// The looks that are under way, one of a kind at most, in the order in which they go on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub runs: Vec<SweepRun>,
    /// What was loaded whole. Nothing else is looked through again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loaded: Vec<LoadedPart>,
    /// The day, where the company is, of the last recount that was begun.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recounted: Option<Date>,
    /// The model by which every open record was judged last, or is being judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged: Option<JudgedBy>,
    /// When it was looked last who of the CRM's users is archived or out of office.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub people: Option<Timestamp>,
    /// The last look of each kind that came to its end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ended: Vec<SweepEnded>,
}

/// The records of one kind in one CRM, which were loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadedPart {
    /// Which CRM.
    pub source: SourceName,
    /// Which kind.
    pub kind: RecordKind,
    /// When that load began: what of them was there before is past.
    pub at: Timestamp,
    /// When the last look at what was changed of them began that went through all of it: what was changed earlier
    /// has been seen.
    pub seen: Timestamp,
}

/// How a record was found of which no webhook told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// By which look.
    pub look: SweepKind,
    /// When the load of such records began.
    pub loaded: Timestamp,
}

/// A model by which records were judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedBy {
    /// The number of its deployment.
    pub revision: u64,
    /// Its hash.
    pub model: String,
}

/// Why a CRM is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SweepKind {
    /// For the first time: everything that it has of a kind is read.
    Load,
    /// Each hour: what it has changed since.
    Changes,
    /// After a deployment of another model: every open record is judged anew.
    Revision,
    /// Each night: whether everything that it has is kept as it is there, and what is gone is not.
    Recount,
}

impl SweepKind {
    /// Its word, as people read it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::Changes => "changes",
            Self::Revision => "revision",
            Self::Recount => "recount",
        }
    }
}

/// A look that is under way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepRun {
    /// Why.
    pub kind: SweepKind,
    /// When it began.
    pub began: Timestamp,
    /// What it still has to go through, in this order; the first is under way.
    pub left: Vec<SweepPart>,
    /// What it has come to so far.
    #[serde(flatten)]
    pub counts: SweepCounts,
    /// What keeps it from going on, if something does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<SweepFailed>,
}

/// What keeps a look from going on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepFailed {
    /// How often in a row it failed.
    pub times: u32,
    /// Why, the last time; no value of a record.
    pub why: String,
}

/// The records of one kind in one CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepPart {
    /// Which CRM.
    pub source: SourceName,
    /// Which kind.
    pub kind: RecordKind,
    /// Whether those that are gone there, and not those that are there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gone: bool,
    /// Where the CRM goes on; none at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// What a look has come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepCounts {
    /// How many records it has gone through.
    pub seen: u64,
    /// How many of them were not kept as they are there.
    pub missed: u64,
    /// How many could not be read.
    pub unread: u64,
}

/// A look that came to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepEnded {
    /// Why it was.
    pub kind: SweepKind,
    /// When it began.
    pub began: Timestamp,
    /// When it came to its end.
    pub at: Timestamp,
    /// What it came to.
    #[serde(flatten)]
    pub counts: SweepCounts,
}

impl Key {
    /// How far the looks through whole CRMs have come, of the whole company.
    #[must_use]
    pub fn crm_sweep() -> Self {
        Self::new("S#crm".to_owned(), "sweep")
    }
}
