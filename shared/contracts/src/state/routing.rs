use std::collections::BTreeSet;

use crm::{PersonId, RecordId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{key::Key, record_item::RecordItem};

/// lead-routing's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoutingState {
    /// What came of it.
    pub status: RoutingStatus,
    /// The owner the lead got.
    pub owner: Option<PersonId>,
    /// The rule that decided.
    pub rule: String,
    /// The pool it came from.
    pub pool: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Whether the owner was asked in place of the pool, so that it cost nobody's turn.
    pub out_of_turn: bool,
    /// Each time it was taken from an owner who let a clock run out, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reassigned: Vec<Reassigned>,
    /// The owners it was taken from until the CRM shows the new one: a copy with one of these was
    /// made before our write arrived.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub taken_from: BTreeSet<PersonId>,
    /// Those whom the CRM refused as its owner, until a person names one; not asked again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub refused: BTreeSet<PersonId>,
    /// As whose open lead it counts; nobody's if it is closed or has no owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<PersonId>,
    /// The copy of the lead that was judged: what an older one tells of its owner is no news.
    #[serde(default)]
    pub sequence: u64,
}

impl RecordItem for RoutingState {
    const NAME: &'static str = "routing";
}

impl Key {
    /// lead-routing's item.
    #[must_use]
    pub fn routing(record: &RecordId) -> Self {
        Self::of::<RoutingState>(record)
    }
}

/// What came of routing a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutingStatus {
    /// It has the owner that we gave it.
    Routed,
    /// It had an owner before we saw it, or a person gave it one since.
    OwnedByHand,
    /// A rule leaves it without an owner.
    Left,
    /// No rule names anybody who is there and whom the CRM takes; judged again when the lead changes.
    /// Or its owner was taken off; then it waits until the CRM names one.
    Waiting,
}

/// One time at which a lead was taken from an owner who let a clock run out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reassigned {
    /// Whose it was.
    pub from: PersonId,
    /// Who got it.
    pub to: PersonId,
    /// The clock.
    pub clock: String,
    /// Whether it went to whom the model names last.
    pub finally: bool,
    /// When.
    pub at: Timestamp,
}
