use std::collections::BTreeMap;

use crm::RecordId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// In what records of the CRM no longer are what the model says, as they were fetched: each found once, and told the
/// operators once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftState {
    /// By what differs, `SOURCE:KIND.FIELD: WHY`.
    pub found: BTreeMap<String, Drift>,
}

/// One thing in which they differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The CRM's name of the property.
    pub property: String,
    /// What differs, and what can be done.
    pub said: String,
    /// What the value looked like, each letter as `a` and each digit as `9`; empty if there was none.
    pub shape: String,
    /// The rules that read the field.
    pub follows: String,
    /// The first record in which it was seen.
    pub record: RecordId,
    /// When.
    pub at: Timestamp,
    /// The model, by its hash, that it differs from.
    pub model: String,
}

impl Key {
    /// In what the records of the CRM differ from the model, of the whole company.
    #[must_use]
    pub fn drift() -> Self {
        Self::new("S#crm".to_owned(), "drift")
    }
}
