use std::{collections::BTreeMap, sync::Arc};

use contracts::{Event, EventId, Function, Key};
use crm::RecordId;
use engine::{Failure, NewTask};
use jiff::Timestamp;
use store::{Body, Item};

use crate::{
    portal::{Held, Written},
    world::SentMail,
};

/// A company at rest after its story: what the invariants are asked of.
#[derive(Debug, Default)]
pub struct Ending {
    /// Every item of the table, ordered by key.
    pub items: Vec<Item>,
    /// Every record of the CRM.
    pub records: BTreeMap<RecordId, Held>,
    /// The tasks of the CRM, each with its record.
    pub tasks: Vec<(RecordId, NewTask)>,
    /// Our writes into fields of the CRM, in their order.
    pub written: Vec<Written>,
    /// The mails that went out, in their order.
    pub mails: Vec<SentMail>,
    /// How often the mail of each effect may have gone out once more.
    pub mails_in_doubt: BTreeMap<Key, u32>,
    /// Every event that was on the bus.
    pub events: BTreeMap<EventId, Arc<Event>>,
    /// The dead letters.
    pub dead: Vec<Dead>,
    /// What failed, though nothing was done to it.
    pub failed: Vec<Failed>,
    /// What was written and cannot be read.
    pub broken: Vec<String>,
    /// Webhooks that the CRM gave up.
    pub unsent: u32,
    /// The audit records in the order of their commits: about which record, by whom, and which copy
    /// of it was judged.
    pub decided: Vec<(RecordId, Function, u64)>,
    /// Every state as it was written, with its version, in the order of the commits.
    pub states: Vec<(Key, u64, Body)>,
    /// Something is due on these, and was before the story ended.
    pub overdue: Vec<store::DueItem>,
    /// How many events were handled and webhooks answered.
    pub calls: u64,
    /// Whether it came to rest.
    pub at_rest: bool,
    /// When it did.
    pub now: Timestamp,
    pub(crate) notified: u64,
}

/// A message that was given up.
#[derive(Debug)]
pub struct Dead {
    /// By whom.
    pub function: Function,
    /// Which.
    pub event: Arc<Event>,
    /// Why it was not handled the last time.
    pub why: String,
}

/// What a function did not do, though nothing was done to its process.
#[derive(Debug)]
pub struct Failed {
    /// By whom.
    pub function: Function,
    /// Upon which message; none: it was a webhook, a command, or what the table's stream gave on.
    pub event: Option<Arc<Event>>,
    /// Why.
    pub why: Failure,
}
