//! What is told of somebody who has left, and of what was theirs.

use crm::{PersonId, RecordId};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// The owner of an open record has left, and the model says what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerLeft {
    /// The record.
    pub record: RecordId,
    /// Who has left.
    pub person: PersonId,
    /// When a CRM was seen to have archived them; absent if the model says that they have left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Timestamp>,
    /// Whether a mail that lists it was asked for already, with others of theirs.
    pub listed: bool,
}

/// Records of somebody who has left, of which their reader is asked whose they are to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordsLeft {
    /// Who has left.
    pub of: PersonId,
    /// The first day on which they are not there any more.
    pub left: Date,
    /// The records.
    pub records: Vec<RecordId>,
}
