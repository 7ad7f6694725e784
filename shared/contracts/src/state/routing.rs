use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// lead-routing's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingState {
    /// What came of it.
    pub status: RoutingStatus,
    /// The owner the lead got.
    pub owner: Option<PersonId>,
    /// The rule that decided.
    pub rule: String,
    /// The pool it came from.
    pub pool: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What came of routing a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingStatus {
    /// It has the owner that we gave it.
    Routed,
    /// It had an owner before we saw it, or a person gave it one since.
    OwnedByHand,
    /// A rule leaves it without an owner.
    Left,
    /// A rule names an owner who is not there; it is judged again when the lead changes.
    Waiting,
}
