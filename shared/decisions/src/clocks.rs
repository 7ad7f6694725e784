//! Clocks: started, warned, breached, escalated, met. A running clock keeps the terms it started
//! with.

mod fire;
mod meet;
mod start;

use contracts::{DecisionDraft, state::ClocksState};

pub use fire::fire;
pub use meet::{cancel, meet};
pub use start::{first_due, start};

/// A decision about clocks and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Clocked {
    /// The decision.
    pub draft: DecisionDraft,
    /// sla-timers' item.
    pub clocks: ClocksState,
}
