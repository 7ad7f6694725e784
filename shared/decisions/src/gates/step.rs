use contracts::{DecisionDraft, state::GateState};
use jiff::Timestamp;
use model::{Lifecycle, Stage};

/// A decision about a stage move and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Gated {
    /// The decision.
    pub draft: DecisionDraft,
    /// stage-gates' item.
    pub gate: GateState,
}

/// One move, as the gate sees it.
pub(super) struct Move<'a> {
    pub(super) lifecycle: &'a Lifecycle,
    /// The stage before; none for a record that began at a later stage than the first.
    pub(super) from: Option<&'a str>,
    pub(super) to: &'a Stage,
    /// When it was made, as far as the CRM tells.
    pub(super) at: Timestamp,
}

/// How a stage is named in the reasons.
pub(super) fn path(lifecycle: &Lifecycle, stage: &str) -> String {
    format!("lifecycles.{}.{stage}", lifecycle.record)
}
