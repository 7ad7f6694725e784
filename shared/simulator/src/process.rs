use std::sync::Arc;

use contracts::{AuditRecord, Event, Function};
use jiff::Timestamp;

use crate::{functions::Run, ports::Notified, world::Turn};

/// A message of a queue.
#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) event: Arc<Event>,
    /// How often it was received.
    pub(crate) received: u32,
    /// When it was received for the first time.
    pub(crate) first: Option<Timestamp>,
}

/// What a process was started for.
#[derive(Debug, Clone)]
pub(crate) enum Job {
    /// Messages of its queue.
    Batch(Vec<Message>),
    /// A webhook, and how often it was sent before.
    Webhook(Vec<Notified>, u32),
    /// What somebody says at the command line: which action it is.
    Command(usize),
    /// The next audit records of the table's stream.
    Stream(Vec<Arc<AuditRecord>>),
}

/// A run of a function, from its start to its answer.
pub(crate) struct Process {
    pub(crate) function: Function,
    pub(crate) job: Job,
    pub(crate) run: Run,
    pub(crate) started: Timestamp,
    /// When it is stopped.
    pub(crate) until: Timestamp,
    /// Whether its messages came into sight again, since it ran longer than they are out of it.
    pub(crate) in_sight: bool,
    /// As its last turn left it.
    pub(crate) turn: Turn,
}

impl std::fmt::Debug for Process {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Process")
            .field("function", &self.function)
            .field("started", &self.started)
            .finish_non_exhaustive()
    }
}
