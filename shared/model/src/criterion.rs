use serde::{Deserialize, Serialize};

use crate::{condition::Condition, place::Place};

/// A named condition that is met or not met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Criterion {
    /// Its name.
    pub name: String,
    /// When it is met.
    pub when: Condition,
    /// Where it is written.
    pub place: Place,
}

/// What a record needs before it may leave a stage.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leave {
    /// The criteria; none where a record may leave as it is.
    pub criteria: Vec<Criterion>,
    /// The later stages to which it may go without them, such as the one of lost deals.
    pub unless_to: Vec<String>,
}
