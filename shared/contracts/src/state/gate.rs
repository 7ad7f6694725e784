use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// stage-gates' item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateState {
    /// The stage at which the record rightly stands.
    pub stage: String,
    /// Since when.
    pub since: Timestamp,
    /// The move that was last turned back, until the CRM shows the stage restored.
    pub turned_back: Option<TurnedBack>,
}

/// A move that was turned back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnedBack {
    /// Where it was moved to.
    pub to: String,
    /// When.
    pub at: Timestamp,
}
