use aws::LyingMessage;
use clap::ValueEnum;
use contracts::{Event, EventId, Key, state::QuarantineState};
use jiff::Timestamp;
use model::Revision;
use serde_json::Value;

/// Where things that failed lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Kind {
    /// What a function gave up.
    DeadLetter,
    /// What the bus could not put into a queue.
    Undelivered,
    /// What of a webhook, or of a record of the CRM, could not be understood.
    Quarantine,
    /// A mail or a write that the mail service or the CRM refuses for good.
    Refused,
    /// Events of decisions that never reached the bus.
    Unpublished,
}

impl Kind {
    /// Its word, as it is typed and shown.
    pub const fn word(self) -> &'static str {
        match self {
            Self::DeadLetter => "dead-letter",
            Self::Undelivered => "undelivered",
            Self::Quarantine => "quarantine",
            Self::Refused => "refused",
            Self::Unpublished => "unpublished",
        }
    }
}

/// One thing that failed.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// By what people call it: the same as long as it lies there.
    pub id: String,
    /// Why, without personal values.
    pub reason: String,
    /// Who failed, or was to have it.
    pub function: String,
    /// What it is about, as it is typed in other commands.
    pub record: Option<String>,
    /// What happened, by the name of the event.
    pub event: String,
    /// When it failed for the first time, as far as that is known.
    pub first: Option<Timestamp>,
    /// How often it was tried.
    pub count: u64,
    /// By which model it was sent.
    pub revision: Option<Revision>,
    /// What it holds, without values that may be personal.
    pub payload: Value,
    /// Where it lies, for whoever puts it back.
    pub place: Place,
}

/// Where something that failed lies, and where it came from.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    /// A message of a queue.
    Letter {
        /// Which kind of queue.
        kind: Kind,
        /// The queue in which it lies.
        lies_in: String,
        /// The queue that it came from, if that is there.
        came_from: Option<String>,
        /// The message.
        message: LyingMessage,
    },
    /// An item of the quarantine.
    Quarantined(Key, Box<QuarantineState>),
    /// An effect of the table, by the event that asked for it.
    Refused(Box<Event>),
    /// A thing in the bucket, and the events in it.
    Unpublished(String, Vec<Event>),
}

impl Failure {
    /// Where it lies.
    pub const fn kind(&self) -> Kind {
        match &self.place {
            Place::Letter { kind, .. } => *kind,
            Place::Quarantined(..) => Kind::Quarantine,
            Place::Refused(_) => Kind::Refused,
            Place::Unpublished(..) => Kind::Unpublished,
        }
    }

    /// Whether it may be meant by what somebody typed: a beginning of four characters is enough.
    pub fn is_called(&self, typed: &str) -> bool {
        typed.len() >= 4 && self.id.starts_with(typed)
    }
}

/// By what people call something, of where it lies and what it is called there.
pub fn id_of(kind: Kind, place: &str, name: &str) -> String {
    let id = EventId::of(&["failure", kind.word(), place, name]);
    id.as_str().chars().take(8).collect()
}
