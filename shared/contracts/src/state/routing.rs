use std::collections::BTreeSet;

use crm::{FieldRef, PersonId, RecordId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{deadline::DeadlineKind, key::Key, record_item::RecordItem};

pub use model::NOT_FILLED;

/// What stands for the rule while a lead waits for facts before any rule decides.
pub const AWAITS_FACTS: &str = "awaits_facts";

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
    /// What it waits for before any rule decides, and until when; none if it does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<Waits>,
    /// The times at which it was routed again upon an edge, in order: the last hundred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rerouted: Vec<Rerouted>,
    /// The edge upon which it is routed again as soon as the CRM shows its owner, as it is written in the
    /// model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_off: Option<String>,
    /// Until when the turn that it cost is held, if its pool asks for something that uses it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_until: Option<Timestamp>,
    /// When it is judged again, since the model only observes until then: what came of it was not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_until: Option<Timestamp>,
    /// Who was asked whose it is to be, since its owner has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<LeaverAsked>,
    /// By what the other records of the same person are found, if it is among those that have an owner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<String>,
    /// The first record of the same person, which it has joined: then it is no open lead of its owner's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<RecordId>,
}

impl RecordItem for RoutingState {
    const NAME: &'static str = DeadlineKind::Routing.word();
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

/// A wait for what usually comes a moment after a record was made, or for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waits {
    /// The facts that are wanting: fields of the record or its account. The record's field of type
    /// account stands for its account as a whole.
    pub facts: BTreeSet<FieldRef>,
    /// The person whom a rule names and who is away, if it waits for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The queue in which it is, if it waits for somebody to take it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<String>,
    /// When it is judged without them.
    pub until: Timestamp,
}

impl Waits {
    /// Whether it waits for facts, and neither for a person nor in a queue.
    #[must_use]
    pub const fn for_facts(&self) -> bool {
        self.person.is_none() && self.queue.is_none()
    }
}

impl RoutingState {
    /// One of which nothing has come yet but that it waits, by this rule.
    #[must_use]
    pub fn waiting(rule: impl Into<String>, at: Timestamp) -> Self {
        Self {
            status: RoutingStatus::Waiting,
            owner: None,
            rule: rule.into(),
            pool: None,
            at,
            out_of_turn: true,
            reassigned: Vec::new(),
            taken_from: BTreeSet::new(),
            refused: BTreeSet::new(),
            counted: None,
            sequence: 0,
            waits: None,
            rerouted: Vec::new(),
            put_off: None,
            held_until: None,
            observed_until: None,
            asked: None,
            identity: None,
            joined: None,
        }
    }

    /// The next instant at which something is to happen, if any.
    #[must_use]
    pub fn next(&self) -> Option<Timestamp> {
        let waits = self.waits.as_ref().map(|waits| waits.until);
        let judged = waits.into_iter().chain(self.observed_until);
        judged.chain(self.held_until).min()
    }

    /// Whether it was routed last because it has entered a stage, so that its journey begins anew.
    #[must_use]
    pub fn begins_anew(&self) -> bool {
        let last = self.rerouted.last();
        last.is_some_and(|last| last.at == self.at && last.upon.starts_with("stage.entered"))
    }
}

/// One time at which a lead was routed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rerouted {
    /// Whose it was, if it was somebody's.
    pub from: Option<PersonId>,
    /// Who got it.
    pub to: PersonId,
    /// The edge, as it is written in the model: `stage.entered qualified`.
    pub upon: String,
    /// Whether it went to whom the model names last.
    pub finally: bool,
    /// When.
    pub at: Timestamp,
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

/// Who was asked whose a record is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaverAsked {
    /// Its owner, who has left.
    pub of: PersonId,
    /// Who was asked.
    pub whom: Vec<PersonId>,
    /// When.
    pub at: Timestamp,
}
