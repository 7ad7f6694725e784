use std::collections::BTreeMap;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The rotation of a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolState {
    /// The share of each member who was ever eligible.
    pub members: BTreeMap<PersonId, Share>,
}

/// What a member is owed and has received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The sum, over the assignments for which they were eligible, of their weight over the
    /// eligible weights, minus what they received: an exact fraction, `numerator/denominator`.
    pub lag: String,
    /// How many they received.
    pub received: u64,
    /// When they last received one.
    pub last: Option<Timestamp>,
}
