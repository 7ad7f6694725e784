use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// How people call in the CRMs what the model maps. No value of a record is among it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelsState {
    /// When the CRMs were last asked, by the machine's clock; none if they never were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Timestamp>,
    /// The model, by its hash, for which they were asked: another may map more.
    #[serde(default)]
    pub model: String,
    /// Of fields, as conditions write them: `opportunity.close_date`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
    /// Of stages, by kind and stage: `opportunity.won`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub stages: BTreeMap<String, String>,
    /// Of the values of a field that is one of a closed list, by the field and our value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

impl Key {
    /// How people call in the CRMs what the model maps, of the whole company.
    #[must_use]
    pub fn crm_labels() -> Self {
        Self::new("S#crm".to_owned(), "labels")
    }
}
