use std::{collections::BTreeMap, fmt};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::person::PersonId;

/// What was logged with a record, by its kind: of each the latest, newest first. A kind that is not in it was not
/// read, so nothing is known of it.
pub type Activities = BTreeMap<ActivityKind, Vec<Contacted>>;

/// What kind of activity was logged in a CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A call.
    Call,
    /// A meeting that took place.
    Meeting,
    /// A mail of ours.
    Email,
    /// Something that was written down.
    Note,
    /// A task that was done.
    Task,
}

impl ActivityKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Call,
        Self::Meeting,
        Self::Email,
        Self::Note,
        Self::Task,
    ];

    /// As the model writes it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Meeting => "meeting",
            Self::Email => "email",
            Self::Note => "note",
            Self::Task => "task",
        }
    }

    /// The kind that the model writes so.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Whether somebody was in touch with the customer: of those a CRM tells when the latest was, of whatever kind.
    #[must_use]
    pub const fn is_contact(self) -> bool {
        matches!(self, Self::Call | Self::Meeting | Self::Email)
    }

    /// As people read one of it: `a call`, `a done task`.
    #[must_use]
    pub const fn one(self) -> &'static str {
        match self {
            Self::Call => "a call",
            Self::Meeting => "a meeting",
            Self::Email => "an e-mail",
            Self::Note => "a note",
            Self::Task => "a done task",
        }
    }

    /// As people read several to choose from: `a call or a meeting`.
    #[must_use]
    pub fn any_of(kinds: impl IntoIterator<Item = Self>) -> String {
        let all: Vec<&str> = kinds.into_iter().map(Self::one).collect();
        match all.split_last() {
            Some((last, [])) => (*last).to_owned(),
            Some((last, others)) => format!("{} or {last}", others.join(", ")),
            None => String::new(),
        }
    }
}

impl fmt::Display for ActivityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A contact that was logged: a call, a meeting, a mail, a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contacted {
    /// When the contact was made.
    pub at: Timestamp,
    /// By whom, where the CRM says so.
    pub by: Option<PersonId>,
}
