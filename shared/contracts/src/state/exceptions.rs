use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    deadline::DeadlineKind,
    key::{Indexes, Key, shard_of},
    record_item::RecordItem,
};

/// The exceptions of a record that were granted and have not been noticed as over. `fairlead exception` grants
/// one or ends it early; stage-gates takes out what time has ended.
///
/// Until when one counts, its own end says, and not that it is here: a tick may be late.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionsState {
    /// By their ids, of which each is unique to the company.
    pub granted: BTreeMap<String, Exception>,
}

/// What a record is excused from for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exception {
    /// Who granted it.
    pub by: PersonId,
    /// Whose the record was then; nobody's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<PersonId>,
    /// The criteria that count as met, each with its stage: `sql.budget`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub criteria: BTreeSet<String>,
    /// The deviations that are not opened.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub deviations: BTreeSet<String>,
    /// When it was granted, by the clock of whoever did.
    pub from: Timestamp,
    /// The first instant at which it counts no more.
    pub until: Timestamp,
    /// Why, in the words of who granted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Exception {
    /// Whether it counts at an instant: from when it is there, since `from` is of another clock than who asks.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        at < self.until
    }

    /// What is excepted: criteria first, then deviations.
    pub fn of(&self) -> impl Iterator<Item = &str> {
        self.criteria
            .iter()
            .chain(&self.deviations)
            .map(String::as_str)
    }
}

impl ExceptionsState {
    /// The exception that counts at an instant for a criterion, with its stage; the one that ends last.
    #[must_use]
    pub fn of_criterion(&self, criterion: &str, at: Timestamp) -> Option<(&str, &Exception)> {
        self.last(at, |it| it.criteria.contains(criterion))
    }

    /// The exception that counts at an instant for a deviation; the one that ends last.
    #[must_use]
    pub fn of_deviation(&self, deviation: &str, at: Timestamp) -> Option<(&str, &Exception)> {
        self.last(at, |it| it.deviations.contains(deviation))
    }

    fn last(
        &self,
        at: Timestamp,
        which: impl Fn(&Exception) -> bool,
    ) -> Option<(&str, &Exception)> {
        let granted = self.granted.iter();
        let counting = granted.filter(|(_, it)| it.counts(at) && which(it));
        let last = counting.max_by_key(|(_, it)| it.until);
        last.map(|(id, it)| (id.as_str(), it))
    }

    /// Where the item is found: by whoever asks for all of them, and by the tick that comes when the first ends.
    #[must_use]
    pub fn indexes(&self, record: &RecordId) -> Indexes {
        Indexes {
            due: self.next().map(|due| (shard_of(record), due)),
            person: (!self.granted.is_empty()).then(|| EXCEPTIONS.to_owned()),
            ..Indexes::default()
        }
    }

    /// Those that were granted before an instant.
    #[must_use]
    pub fn granted_by(&self, at: Timestamp) -> Self {
        let before = self.granted.iter().filter(|(_, it)| it.from <= at);
        Self {
            granted: before.map(|(id, it)| (id.clone(), it.clone())).collect(),
        }
    }

    /// When the first of them ends; none if none is left.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        self.granted.values().map(|it| it.until).min()
    }
}

impl RecordItem for ExceptionsState {
    const NAME: &'static str = DeadlineKind::Exceptions.word();
}

/// The value under which the index over persons shows the records that have exceptions.
pub const EXCEPTIONS: &str = "exceptions";

impl Key {
    /// The exceptions of a record.
    #[must_use]
    pub fn exceptions(record: &RecordId) -> Self {
        Self::of::<ExceptionsState>(record)
    }
}

/// How an exception ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionEnd {
    /// Its time was over.
    TimeOver,
    /// Somebody ended it before that.
    EndedBy(PersonId),
}
