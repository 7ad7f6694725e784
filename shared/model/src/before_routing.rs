use business_time::BusinessAmount;
use crm::FieldRef;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// What routing waits for before it judges a new record, because it usually comes a moment later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeRouting {
    /// The facts, at least one: fields of the record or of its account. The record's field of type
    /// account stands for its account as a whole.
    pub wait_for: Vec<FieldRef>,
    /// How long after the record's creation, in wall-clock time.
    pub up_to: BusinessAmount,
    /// Where it is written.
    pub place: Place,
}
