use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// From when on the model is enforced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enforcement {
    /// The last day, where the company is, on which the whole model only observes.
    pub observe_until: Date,
    /// Where it is written.
    pub place: Place,
}
