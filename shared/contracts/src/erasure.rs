use crm::{PersonId, RecordId};
use serde::{Deserialize, Serialize};

/// That the person a record is about is to be forgotten: by whose word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Erasure {
    /// The CRM has erased them for privacy, so the record is gone.
    Crm,
    /// Somebody has asked for it. The CRM may have the record still.
    Asked(PersonId),
    /// A record of the same person, with which this one was merged, was forgotten before.
    Merged(RecordId),
}
