use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordId, Value};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    deadline::DeadlineKind,
    ids::ValuesDigest,
    key::{Indexes, Key, shard_of},
    record_item::RecordItem,
};

/// What somebody was asked to approve of a record. stage-gates keeps it: it asks, and writes what was answered.
///
/// Whether an approval counts, the values of the record say, and not that it stands here: a copy may be newer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApprovalsState {
    /// The latest asking of each approval, by its name.
    pub asked: BTreeMap<String, Approval>,
    /// When whether one is needed may change though nothing on the record does; none if it cannot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// What stood in the field of which each approval of a change is, by its name; none of a field without a value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stood: BTreeMap<String, Value>,
}

/// One asking for an approval, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Which asking, from 1.
    pub run: u32,
    /// The values that are to be approved.
    pub values: ValuesDigest,
    /// When it was asked for.
    pub since: Timestamp,
    /// The decision right that it takes.
    pub right: String,
    /// Who may answer.
    pub of: BTreeSet<PersonId>,
    /// Who is asked besides, since the time was up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<PersonId>,
    /// When somebody else is asked besides; none if nobody is, or that was done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Timestamp>,
    /// Who gives it so far, and when.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub given: BTreeMap<PersonId, Timestamp>,
    /// What came of it.
    pub status: ApprovalStatus,
    /// Who said the last word, if somebody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<PersonId>,
    /// When it came to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
    /// Why, in the words of who said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What came of an asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalStatus {
    /// Nobody has said the last word yet.
    Pending,
    /// It was given.
    Given,
    /// It was refused.
    Refused,
    /// It counts no more: a value has changed, or none is needed.
    Lapsed,
}

impl ApprovalStatus {
    /// The word used for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Lapsed => "lapsed",
        }
    }
}

impl ApprovalsState {
    /// What had been answered by an instant: of what was settled after it nothing is known.
    #[must_use]
    pub fn settled_by(&self, at: Timestamp) -> Self {
        let before = self.asked.iter();
        let before = before.filter(|(_, it)| it.at.is_none_or(|settled| settled <= at));
        Self {
            asked: before
                .map(|(name, it)| (name.clone(), it.clone()))
                .collect(),
            next: self.next,
            stood: self.stood.clone(),
        }
    }

    /// When somebody is to look at it next.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        let pending = self.asked.values().filter(|it| it.is_pending());
        pending.filter_map(|it| it.due).chain(self.next).min()
    }

    /// Where the item is found: by whoever asks for all of them, and by the tick that comes when something is due.
    #[must_use]
    pub fn indexes(&self, record: &RecordId) -> Indexes {
        Indexes {
            due: self.due().map(|due| (shard_of(record), due)),
            person: (!self.asked.is_empty()).then(|| APPROVALS.to_owned()),
            ..Indexes::default()
        }
    }
}

impl Approval {
    /// Whether it waits for an answer.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status == ApprovalStatus::Pending
    }
}

impl RecordItem for ApprovalsState {
    const NAME: &'static str = DeadlineKind::Approvals.word();
}

/// The value under which the index over persons shows the records of which approvals were asked.
pub const APPROVALS: &str = "approvals";

impl Key {
    /// The approvals of a record.
    #[must_use]
    pub fn approvals(record: &RecordId) -> Self {
        Self::of::<ApprovalsState>(record)
    }
}
