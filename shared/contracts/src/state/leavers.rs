use std::collections::{BTreeMap, BTreeSet};

use crm::{PersonId, RecordId};
use serde::{Deserialize, Serialize};

use crate::key::Key;

/// Of whom it was said what becomes of their records, since they have left. lead-routing writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaversState {
    /// Upon what, by person: the day on which they left, and what the model said becomes of their records. All
    /// that it has said since, so that two deployments side by side do not tell in turn.
    pub done: BTreeMap<PersonId, BTreeSet<String>>,
    /// Whose records are being gone through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<LeaverUnderWay>,
}

/// Somebody whose records are being gone through, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaverUnderWay {
    /// Who.
    pub person: PersonId,
    /// Upon what, as in `done`.
    pub upon: String,
    /// The last record that was told of.
    pub after: RecordId,
}

impl Key {
    /// Of whom it was said what becomes of their records.
    #[must_use]
    pub fn leavers() -> Self {
        Self::new("S#people".to_owned(), "leavers")
    }
}

/// The value under which the index over persons shows our copies of the open records that the CRM says are
/// somebody's: apart from the open work that they must see.
#[must_use]
pub fn owned_by(person: &PersonId) -> String {
    format!("owned#{person}")
}
