use crm::PersonId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who is to get a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestRequested {
    /// To whom.
    pub to: PersonId,
    /// The digest's name.
    pub digest: String,
    /// For which of the recipient's days.
    pub day: Date,
}
