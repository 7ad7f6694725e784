use business_time::BusinessAmount;
use crm::FieldRef;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// What stands for the rule while a record lacks what must be filled in before any rule decides.
pub const NOT_FILLED: &str = "not_filled";

/// What comes before the rules are asked about a new record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeRouting {
    /// The facts that routing waits for, because they usually come a moment later: fields of the record or of its
    /// account; none, if nothing is waited for. The record's field of type account stands for its account as a whole.
    pub wait_for: Vec<FieldRef>,
    /// With facts to wait for: how long after the record's creation, in wall-clock time.
    pub up_to: Option<BusinessAmount>,
    /// What must be filled in before any rule decides.
    pub filled: Option<Filled>,
    /// Where it is written.
    pub place: Place,
}

/// What must be filled in before any rule decides, and who sees to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filled {
    /// The fields of the record or of its account, at least one.
    pub fields: Vec<FieldRef>,
    /// The queue in which a record is as long as one of them has no value.
    pub queue: String,
}
