use crm::PersonId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who is to get the pack of a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRequested {
    /// To whom.
    pub to: PersonId,
    /// The review's name.
    pub review: String,
    /// For which day of the chair's.
    pub day: Date,
}
