//! What somebody says of moves that are held.

use crm::{PersonId, RecordId};
use serde::{Deserialize, Serialize};

use crate::state::HoldAnswer;

/// A move waits, since too many of somebody's were turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateHeld {
    /// The stage before, at which it rightly stands.
    pub from: String,
    /// The stage it was moved to.
    pub to: String,
    /// The criteria that are not met.
    pub unmet: Vec<String>,
}

/// Somebody says what is to become of the moves that are held of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldAnswered {
    /// Of whom they are counted.
    pub of: PersonId,
    /// Who says so.
    pub by: PersonId,
    /// What is to become of them.
    pub answer: HoldAnswer,
}

/// A move that is held is to be judged again, by what somebody said is to become of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReleased {
    /// Whose record.
    pub record: RecordId,
    /// Of whom it is counted.
    pub of: PersonId,
}
