use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::EventId;

/// When a person was last mailed a notice, and which notice those that come meanwhile go with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailingState {
    /// When the last mail was begun.
    pub at: Timestamp,
    /// The notice that it was of.
    pub of: EventId,
    /// The notice that waits for others; none if nothing has come since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encloses: Option<Encloses>,
}

/// A notice that waits for others, which go with its mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Encloses {
    /// Which.
    pub notice: EventId,
    /// Until when it waits.
    pub until: Timestamp,
}
