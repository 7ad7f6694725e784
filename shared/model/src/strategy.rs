use serde::{Deserialize, Serialize};

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
