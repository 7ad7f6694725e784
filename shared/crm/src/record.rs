use std::collections::{BTreeMap, BTreeSet};

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use crate::{
    activity::{Activities, Contacted},
    id::RecordId,
    matched::Matched,
    person::PersonId,
    value::Value,
};

/// The field in which a CRM says whose a record is.
pub const OWNER: &str = "owner";

/// Our copy of a record, in the model's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Which record.
    pub id: RecordId,
    /// When the CRM says it was created.
    pub created: Timestamp,
    /// The CRM's modification time: the version that decides which of two copies is newer.
    pub modified: Timestamp,
    /// Whether the CRM has deleted or archived it.
    #[serde(default)]
    pub archived: bool,
    /// The values, by field name. Absent means that the field has no value.
    pub fields: BTreeMap<String, Value>,
    /// Past values of the fields that the model asks to keep, newest first.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history: BTreeMap<String, Vec<Change>>,
    /// The latest contact with the person or company, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_contact: Option<Contacted>,
    /// What was logged with it, of the kinds that the model asks for.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub activities: Activities,
    /// When the customer last wrote to us, as far as the CRM knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_reply: Option<Timestamp>,
    /// The account it belongs to, with the facts known of it when this copy was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountFacts>,
    /// What came of looking for its account, if the CRM associates none and the model says how one is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched: Option<Matched>,
    /// What is known of other records that belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
    /// What the person has done outside the CRM, where it is known who that is; of an account, what the people of its
    /// leads have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Behaviour>,
    /// Whose another record of the same domain was last, by the name of the field that asks for it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub latest: BTreeMap<String, Latest>,
    /// The field that says whose it is, if that is not `owner`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_in: Option<String>,
    /// The record that stays in its place, if it is gone because it was merged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<RecordId>,
    /// The records that were merged into it, as far as the CRM has told of it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub merged: BTreeSet<RecordId>,
    /// When the load of a whole CRM began that found it, of a record that had been there before: what happened
    /// to it earlier is past, and nobody is late for it. None of what came since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_at: Option<Timestamp>,
    /// Since when the person it is about is to be forgotten: from then on nothing personal of it is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Timestamp>,
}

impl Record {
    /// Whether something of this instant is from before the CRM was loaded that had this record already.
    #[must_use]
    pub fn is_past(&self, at: Timestamp) -> bool {
        self.found_at.is_some_and(|found| at < found)
    }

    /// The value of a field of the record itself.
    #[must_use]
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.fields.get(field)
    }

    /// The field that says whose it is: `owner`, or the one into which the model routes such records.
    #[must_use]
    pub fn owner_field(&self) -> &str {
        self.owner_in.as_deref().unwrap_or(OWNER)
    }

    /// The person whose it is.
    #[must_use]
    pub fn owner(&self) -> Option<&PersonId> {
        self.value(self.owner_field()).and_then(Value::person)
    }
}

/// What is known of the account of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountFacts {
    /// The account.
    pub id: RecordId,
    /// When the CRM last modified it, as far as this tells of it.
    pub modified: Timestamp,
    /// Its values, by field name.
    pub fields: BTreeMap<String, Value>,
    /// What is known of the records that belong to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub others: Option<Others>,
    /// What the people of its leads have done outside the CRM, where it is known who they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Behaviour>,
}

/// What is known of the records that belong to another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    /// When they were read, by the clock of the machine that did. Of two countings the later one is right.
    pub read: Timestamp,
    /// What counts for each derived field that counts them, by its whole name. What is not in it is not
    /// known.
    pub counts: BTreeMap<String, Counted>,
}

/// How often the person of a record, or the people of an account, have done what the model counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Behaviour {
    /// How often in its stretch, by the name of the field that counts it. What is not in it is not known.
    pub counts: BTreeMap<String, u32>,
    /// The next full hour by which one of them counts no longer; none if nothing counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// When the first was of those that count, by the name of the field; what is not in it is not known.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub since: BTreeMap<String, Timestamp>,
}

/// That a field of a record names a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Latest {
    /// Which record.
    pub record: RecordId,
    /// Whom.
    pub person: PersonId,
    /// Since when, as far as it is known: by then at the latest.
    pub at: Timestamp,
}

/// What counts for a derived field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Counted {
    /// So many.
    All(u32),
    /// So many of each day: which of them count depends on what day it is. At most 500 days, as no more records
    /// are counted.
    ByDay(BTreeMap<Date, u32>),
}

/// One past value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The value it then had; none if it was emptied.
    pub value: Option<Value>,
    /// Since when.
    pub at: Timestamp,
    /// Who set it.
    pub by: Author,
}

/// Who made a change in the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    /// A person of the model (or a stranger with an id in the CRM).
    Person(PersonId),
    /// An application, by the id the CRM gave it. Our own id here means our own echo.
    App(String),
    /// The CRM does not say.
    Unknown,
}
