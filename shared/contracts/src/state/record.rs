mod apart;

use std::collections::{BTreeMap, BTreeSet};

use crm::{
    AccountFacts, Activities, Behaviour, Change, Contacted, Counted, Latest, Matched, Others,
    Record, RecordId, Value,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{key::Key, record_item::RecordItem};

/// crm-sync's item: our copy of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordState {
    /// The copy. The only place in the table with personal values.
    pub record: Record,
    /// Grows by one with every copy we keep, from 1.
    pub sequence: u64,
}

/// What crm-sync's audit records tell of a copy: all but personal values, and what is derived from these.
/// A time of modification is not among it, since a copy that is only newer is no decision; the audit
/// record's own event says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    /// As in the copy.
    pub sequence: u64,
    /// As in the copy.
    pub created: Timestamp,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub archived: bool,
    /// The values that are not personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
    /// The past values of fields that are not personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history: BTreeMap<String, Vec<Change>>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_contact: Option<Contacted>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub activities: Activities,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reply: Option<Timestamp>,
    /// The account, with its values that are not personal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<OutlineOfAccount>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<RecordId>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub merged: BTreeSet<RecordId>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Timestamp>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_in: Option<String>,
    /// How many other records count, as in the copy; when they were read is not told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, Counted>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Behaviour>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latest: BTreeMap<String, Latest>,
    /// The personal fields that have a value.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub personal: BTreeSet<String>,
    /// The derived fields that hold the domain of a personal one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub domains: BTreeMap<String, String>,
}

/// What audit records tell of a record's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutlineOfAccount {
    /// Which.
    pub id: RecordId,
    /// The values that are not personal.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Value>,
    /// How many other records count, as in the copy; when they were read is not told.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub counts: BTreeMap<String, Counted>,
    /// As in the copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Behaviour>,
}

impl Outline {
    /// The copy that it is of, as far as it tells, of a record that the CRM last changed at `modified`.
    #[must_use]
    pub fn into_copy(self, id: RecordId, modified: Timestamp) -> RecordState {
        let account = self.account.map(|account| AccountFacts {
            id: account.id,
            modified,
            fields: account.fields,
            others: others(account.counts, modified),
            behaviour: account.behaviour,
        });
        let record = Record {
            id,
            created: self.created,
            modified,
            archived: self.archived,
            fields: self.fields,
            history: self.history,
            last_contact: self.last_contact,
            activities: self.activities,
            last_reply: self.last_reply,
            account,
            matched: self.matched,
            merged_into: self.merged_into,
            merged: self.merged,
            found_at: self.found_at,
            erased: self.erased,
            others: others(self.counts, modified),
            behaviour: self.behaviour,
            latest: self.latest,
            owner_in: self.owner_in,
        };
        RecordState {
            record,
            sequence: self.sequence,
        }
    }
}

fn others(counts: BTreeMap<String, Counted>, read: Timestamp) -> Option<Others> {
    (!counts.is_empty()).then_some(Others { read, counts })
}

impl RecordItem for RecordState {
    const NAME: &'static str = "record";
}

impl Key {
    /// crm-sync's item: our copy of the record.
    #[must_use]
    pub fn record(record: &RecordId) -> Self {
        Self::of::<RecordState>(record)
    }
}
