use crm::PersonId;
use serde::{Deserialize, Serialize};

use super::Place;

/// The company whose model this is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// Its name, as it stands in mails.
    pub name: String,
    /// The IANA time zone for what has no person's calendar.
    pub time_zone: String,
    /// ISO 4217 code of the currency of every `money` field.
    pub currency: String,
}

/// A number the company watches, with one definition and one owner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// Who answers for it.
    pub owner: PersonId,
    /// What it is a portion of, in words.
    pub of: String,
    /// What counts, in words.
    pub portion: Option<String>,
    /// Below this percentage (0 to 100) it is a problem.
    pub floor: Option<u8>,
    /// Where it is written.
    pub place: Place,
}
