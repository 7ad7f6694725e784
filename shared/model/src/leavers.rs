use crm::PersonId;
use serde::{Deserialize, Serialize};

use crate::{place::Place, recipient::Recipient};

/// What becomes of the open records of one kind whose owner has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leavers {
    /// What.
    pub then: LeaversThen,
    /// Where it is written.
    pub place: Place,
}

/// What becomes of an open record whose owner has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaversThen {
    /// It is routed again, and the turn that it cost is given back.
    Reroute,
    /// Somebody is asked whose it is to be: their manager, or a person.
    Ask(Recipient),
}

impl LeaversThen {
    /// The person whom it names, if it names one.
    #[must_use]
    pub const fn person(&self) -> Option<&PersonId> {
        match self {
            Self::Ask(Recipient::Person(person)) => Some(person),
            Self::Ask(_) | Self::Reroute => None,
        }
    }
}
