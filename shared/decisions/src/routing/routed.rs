use contracts::{
    DecisionDraft,
    state::{PoolState, RoutingState},
};

/// The rule's name where nobody is left in the pool that a rule names.
pub const NOBODY_THERE: &str = "nobody_there";

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
    /// The rotation of another pool, to which the turn that the lead cost is given back.
    pub left: Option<(String, PoolState)>,
}

impl Routed {
    /// Whether it says anything that the state `before` does not: that it waits for the same person, for as
    /// long, or that nobody is there, is said once.
    #[must_use]
    pub fn is_news(&self, before: Option<&RoutingState>) -> bool {
        let after = &self.routing;
        let same = |before: &RoutingState| before.waits == after.waits && before.rule == after.rule;
        let may_be_said = after.waits.is_some() || after.rule == NOBODY_THERE;
        !may_be_said || !before.is_some_and(same)
    }

    /// The decision, by this copy of the lead.
    pub const fn by_copy(mut self, sequence: u64) -> Self {
        self.routing.sequence = sequence;
        self
    }
}
