//! What was written by itself is taken back.

use crm::PersonId;
use serde::{Deserialize, Serialize};

use crate::{effect::FieldChange, ids::DecisionId};

/// Somebody takes back what a decision has written into a record by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undo {
    /// The decision.
    pub decision: DecisionId,
    /// What it has written.
    pub wrote: Vec<FieldChange>,
    /// Who takes it back.
    pub by: PersonId,
    /// Why, in their words.
    pub reason: String,
}
