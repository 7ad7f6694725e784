use std::collections::BTreeSet;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Somebody asks those who may decide it that a record be excused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionAsked {
    /// From what: criteria, each with its stage, and deviations.
    pub of: BTreeSet<String>,
    /// Who asks.
    pub by: PersonId,
    /// Why, in their words.
    pub reason: String,
}

/// Somebody says whether a record is excused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionAnswered {
    /// From what.
    pub of: BTreeSet<String>,
    /// Who says so.
    pub by: PersonId,
    /// Who asked.
    pub asked_by: PersonId,
    /// The first instant at which it counts no more; none: they refuse it.
    pub until: Option<Timestamp>,
    /// Why, in their words.
    pub reason: String,
}

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
