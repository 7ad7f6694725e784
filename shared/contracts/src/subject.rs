use std::fmt;

use crm::{PersonId, RecordId};
use serde::{Deserialize, Serialize};

/// Whom a decision is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A record.
    Record(RecordId),
    /// A person, for their digest and their absences.
    Person(PersonId),
}

impl Subject {
    /// As people write it: a record without its source.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Record(record) => record.name(),
            Self::Person(_) => self.to_string(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Record(record) => write!(f, "{record}"),
            Self::Person(person) => write!(f, "person:{person}"),
        }
    }
}
