use std::collections::BTreeMap;

use crm::PersonId;
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// What somebody with a capacity has in hand, over all pools and however it came to them. lead-routing
/// alone writes it, in the transaction that gives a lead or takes one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoadState {
    /// How many open leads are theirs.
    pub open: u32,
    /// How many leads came to them, by the working day for which they came; of the week at hand and later.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub came: BTreeMap<Date, u32>,
    /// When it last changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Timestamp>,
}

/// How far the count of all open leads has come: who is still to be counted, and by which model the others
/// were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecountState {
    /// The last day, where the company is, for which a recount was begun.
    pub day: Option<Date>,
    /// The number of the deployment whose model said whom to count.
    pub revision: u64,
    /// The hash of that model.
    pub model: String,
    /// Who is still to be counted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<PersonId>,
}

/// The value under which the index over persons shows the leads that count as somebody's: apart from the
/// open work that they must see, which is read more often.
#[must_use]
pub fn counted_for(person: &PersonId) -> String {
    format!("counted#{person}")
}
