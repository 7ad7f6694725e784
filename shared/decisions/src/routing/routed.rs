use contracts::{
    DecisionDraft,
    state::{PoolState, RoutingState},
};

/// A routing decision and the states it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Routed {
    /// The decision.
    pub draft: DecisionDraft,
    /// lead-routing's item.
    pub routing: RoutingState,
    /// The rotation of the pool that was asked.
    pub pool: Option<(String, PoolState)>,
}

impl Routed {
    /// The decision, by this copy of the lead.
    pub const fn by_copy(mut self, sequence: u64) -> Self {
        self.routing.sequence = sequence;
        self
    }
}
