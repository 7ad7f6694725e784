//! What is told of a record that passes to another team.

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A record was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffMade {
    /// The clock of the hand-off.
    pub clock: String,
    /// Which run of it, from 1.
    pub instance: u32,
    /// The stage that the record has entered.
    pub stage: String,
    /// The team that is to take it over.
    pub team: String,
    /// Who handed it over, if that is somebody of the model.
    pub from: Option<PersonId>,
    /// Who is to take it over.
    pub to: PersonId,
    /// By when.
    pub due: Timestamp,
}

/// Somebody says what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffAnswered {
    /// The clock of the hand-off.
    pub clock: String,
    /// Which run of it.
    pub instance: u32,
    /// Who says so.
    pub by: PersonId,
    /// Why they refuse it, in their words; none: they accept it.
    pub refused: Option<String>,
}

/// It was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffAccepted {
    /// The clock of the hand-off.
    pub clock: String,
    /// Which run of it.
    pub instance: u32,
    /// Who took it over, where that is known.
    pub by: Option<PersonId>,
}

/// It was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOffRefused {
    /// The clock of the hand-off.
    pub clock: String,
    /// Which run of it.
    pub instance: u32,
    /// Who refused it.
    pub by: PersonId,
    /// Why, in their words.
    pub reason: String,
}
