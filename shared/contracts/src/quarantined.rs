use crm::SourceName;
use serde::{Deserialize, Serialize};

/// Something of a webhook of ours that could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quarantined {
    /// The source of the model it came from.
    pub source: SourceName,
    /// Why.
    pub reason: String,
    /// The subscription type it names.
    pub subscription: Option<String>,
    /// The object it names.
    pub object: Option<String>,
    /// The CRM's name for such objects, such as `contacts`, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
}
