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
