use crm::PersonId;
use jiff::Timestamp;
use model::Reassign;
use serde::{Deserialize, Serialize};

/// A lead's owner let a clock run out, and another member of its pool is to have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReassignRequested {
    /// The owner who let it run out.
    pub from: PersonId,
    /// The clock.
    pub clock: String,
    /// Which run of it.
    pub instance: u32,
    /// Which step after the due time, from 1.
    pub step: u32,
    /// How often, and who comes last.
    pub terms: Reassign,
    /// When the step was taken.
    pub at: Timestamp,
}
