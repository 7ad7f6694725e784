use std::collections::BTreeSet;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record was excused from criteria or deviations for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionGranted {
    /// Its id.
    pub exception: String,
    /// Who granted it.
    pub by: PersonId,
    /// From what: criteria, each with its stage, and deviations.
    pub of: BTreeSet<String>,
    /// The first instant at which it counts no more.
    pub until: Timestamp,
}
