use serde::{Deserialize, Serialize};

use crate::{place::Place, rows::Rows};

/// Whose a value is, row by row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The person for each value; of domains, in the one form in which domains are kept.
    pub rows: Rows,
    /// Where it is written.
    pub place: Place,
}

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
