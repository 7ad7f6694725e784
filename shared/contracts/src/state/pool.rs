use std::collections::BTreeMap;

use crm::PersonId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The quanta of one lead: shares are counted in whole ones, each 10⁻⁹ of a lead.
pub const LEAD: i64 = 1_000_000_000;

/// The rotation of a pool.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolState {
    /// The share of each member who was ever eligible.
    pub members: BTreeMap<PersonId, Share>,
}

/// What a member is owed and has received. Newcomers start at zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// What they are owed, in quanta of which a [`LEAD`] has 10⁹: the sum of their shares of the
    /// assignments for which they were eligible, minus what they received. Below zero they are
    /// ahead. All lags of a pool sum to zero.
    pub lag: i64,
    /// How many they received.
    pub received: u64,
    /// When they last received one.
    pub last: Option<Timestamp>,
}
