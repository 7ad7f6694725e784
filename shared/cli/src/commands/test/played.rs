use decisions::scenarios::Failure;
use model::scenario::Scenario;

/// A scenario and what was expected of it and did not come.
pub struct Played {
    /// The scenario.
    pub scenario: Scenario,
    /// What was expected of it and did not come.
    pub failures: Vec<Failure>,
}
