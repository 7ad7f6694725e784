use std::collections::BTreeMap;

use crm::{FieldRef, FieldType, RecordKind};
use serde::{Deserialize, Serialize};

use super::Place;

/// A CRM from which records come and into which decisions are written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The account (HubSpot: portal) whose events are ours; events of another are refused.
    pub portal: String,
    /// The name of the secret, never its value.
    pub secret: String,
    /// The CRM's name for the objects of each kind of record.
    pub records: BTreeMap<RecordKind, String>,
    /// What may be written back.
    pub write: WritePolicy,
    /// Where it is written.
    pub place: Place,
}

/// What may be written back into the CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WritePolicy {
    /// Owners.
    pub owner: bool,
    /// Stages.
    pub stage: bool,
    /// Tasks.
    pub tasks: bool,
    /// Most writes in an hour.
    pub per_hour: u32,
}

/// A field of a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// What it holds.
    pub holds: FieldType,
    /// The property of the CRM it is read from, if it is mapped.
    pub property: Option<String>,
    /// The allowed values, for `one_of`.
    pub allowed: Vec<String>,
    /// The CRM's spelling of a value → ours.
    pub values: BTreeMap<String, String>,
    /// Its values never enter an audit record, an event, a log or a rule.
    pub personal: bool,
    /// Whether past values are kept.
    pub history: bool,
    /// Where it is written.
    pub place: Place,
}

/// How a field is computed from others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Derived {
    /// The part of a mail address after the `@`, in lower case.
    DomainOf(FieldRef),
}
