use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What of the CRM the model does not know, and the operators have been told: each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnjudgedState {
    /// What was told, `SOURCE:KIND: stage NAME`, and when.
    pub told: BTreeMap<String, Timestamp>,
}
