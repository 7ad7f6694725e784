use crm::FieldRef;
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// By what it is known that two records of one kind are the same person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duplicates {
    /// The field, of the kind itself, that holds the same in both.
    pub same: FieldRef,
    /// Where it is written.
    pub place: Place,
}
