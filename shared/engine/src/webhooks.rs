//! A CRM's webhooks, as far as a function sees them: a request comes in, is checked and read by the
//! vendor's adapter, and says which records to look at.

use std::{collections::BTreeMap, future::Future};

use jiff::Timestamp;

/// A request as it came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method in capitals.
    pub method: String,
    /// The name under which it was reached.
    pub host: String,
    /// The path as it was sent.
    pub path: String,
    /// The query as it was sent, without `?`; empty if there was none.
    pub query: String,
    /// The headers, their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body as it was handed over.
    pub body: Body,
}

/// A body as the host hands it over.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// The bytes themselves.
    Bytes(Vec<u8>),
    /// In base64, to be decoded once its length is known to be allowed.
    Base64(String),
}

impl Default for Body {
    fn default() -> Self {
        Self::Bytes(Vec::new())
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::Base64(text) => write!(f, "{} characters of base64", text.len()),
        }
    }
}

/// What the caller is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: BTreeMap<String, String>,
    /// The body.
    pub body: String,
}

/// What a function does with one request, wherever it is hosted.
pub trait WebhookHandler: Send + Sync {
    /// Answers one request at the machine's time `now`: a signature's age is about machines.
    fn answer(&self, request: Request, now: Timestamp) -> impl Future<Output = Answer> + Send;
}

/// A vendor's webhooks: how they are signed, and what they say. Pure: bytes in, records to look at
/// out.
pub trait Webhooks: Send + Sync {
    /// Checks the signature of a request whose raw body is `body`, sent to `address`, in a time that
    /// does not tell where signatures differ.
    ///
    /// # Errors
    /// Why it is not believed to come from the vendor.
    fn verify(
        &self,
        secret: &str,
        request: &Request,
        address: &str,
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Refusal>;

    /// Reads a body whose signature was checked, for the account (portal) whose events are ours.
    ///
    /// # Errors
    /// If nothing in it can be read. What is wrong with one event alone is in
    /// [`Batch::quarantined`].
    fn parse(&self, body: &[u8], portal: &str, limits: Limits) -> Result<Batch, BodyError>;
}

/// Why a request is not believed to come from the vendor. No message repeats the secret, the
/// signature or the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The signature is not the one we compute, or we hold no usable secret: a secret that was
    /// changed since it was read may be the reason.
    #[error("{0}")]
    Mismatch(String),
    /// Anything else: a header that is missing, a request that is too old.
    #[error("{0}")]
    Other(String),
}

/// How much one delivery may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest body, in bytes.
    pub bytes: usize,
    /// The most events.
    pub events: usize,
}

impl Default for Limits {
    /// 1 MiB and 1,000 events: ten times what a CRM is known to send.
    fn default() -> Self {
        Self {
            bytes: 1024 * 1024,
            events: 1000,
        }
    }
}

/// What one delivery says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Batch {
    /// The records to look at, in the order of the body.
    pub noticed: Vec<Noticed>,
    /// The events that could not be read or are of a kind we do not know.
    pub quarantined: Vec<Quarantined>,
    /// How many events belong to another account. Nothing else of them is kept.
    pub foreign: usize,
}

/// A record to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    /// The same for every delivery of the same event, however often it is tried; different for
    /// each record that one event names.
    pub event_key: String,
    /// The CRM's name for such objects, as in the mapping of the model: `contacts`.
    pub object: String,
    /// Its id in the CRM.
    pub object_id: String,
    /// The property that changed, where the event names one.
    pub property: Option<String>,
    /// When it happened.
    pub occurred: Timestamp,
    /// Whether the record is gone: deleted, erased for privacy, or merged into another.
    pub deletion: bool,
    /// Whether the person it is about is to be forgotten: the CRM has erased it for privacy.
    pub erasure: bool,
    /// What a merge has made of it, if it was one.
    pub merger: Option<Merger>,
    /// Whether the CRM says that it was changed together with others, by one edit or by an import.
    pub in_bulk: bool,
}

/// What a merge has made of a record, by ids in the CRM of records of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merger {
    /// It is gone, and this one stays.
    Into(String),
    /// It stays, and these are gone.
    Of(Vec<String>),
}

/// An event that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The same for every delivery of the same event.
    pub event_key: String,
    /// Why.
    pub reason: String,
    /// The subscription type, if it looks like one.
    pub subscription: Option<String>,
    /// The object's id, if it looks like one.
    pub object_id: Option<String>,
    /// The CRM's name for such objects, if it says that in a way that we read.
    pub object: Option<String>,
}

/// Why a whole body is refused. Nothing in it was read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// It is longer than allowed. (Answer 413.)
    #[error("the body has {bytes} bytes, more than the {limit} allowed: send fewer events")]
    TooLarge {
        /// Its length in bytes.
        bytes: usize,
        /// The longest allowed.
        limit: usize,
    },
    /// It is not JSON. (Answer 400.)
    #[error("the body is not JSON: it breaks off or goes wrong at line {line}, column {column}")]
    NotJson {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 if the line is empty.
        column: usize,
    },
    /// It is JSON, but neither a list of events nor one event. (Answer 400.)
    #[error("the body is not a list of events: send a JSON array of objects")]
    NotAList,
    /// It holds more events than allowed. (Answer 413.)
    #[error("the body has {events} events, more than the {limit} allowed: send fewer at a time")]
    TooManyEvents {
        /// How many.
        events: usize,
        /// The most allowed.
        limit: usize,
    },
}
