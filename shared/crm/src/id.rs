use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::kind::{RecordKind, UnknownKind};

/// One record of the CRM: its kind and the id the CRM gave it, written `lead:123`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId {
    /// What it is.
    pub kind: RecordKind,
    /// The CRM's own id, 1 to 64 letters, digits, `-` or `_`.
    pub id: String,
}

/// Why a text is not a record id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordIdError {
    /// The part before the colon is no kind.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    /// There is no colon.
    #[error("`{0}` is not a record: write its kind and its id in the CRM, like lead:123")]
    NoColon(String),
    /// The part after the colon is empty, too long, or has other characters.
    #[error("`{0}` is not an id of a record: 1 to 64 letters, digits, - or _")]
    Id(String),
}

impl RecordId {
    /// The longest id accepted, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// A record id, after checking the CRM's part of it.
    ///
    /// # Errors
    /// If `id` is empty, longer than [`Self::MAX_LENGTH`], or has characters other than ASCII
    /// letters, digits, `-` and `_`.
    pub fn new(kind: RecordKind, id: impl Into<String>) -> Result<Self, RecordIdError> {
        let id = id.into();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || id.len() > Self::MAX_LENGTH || !id.chars().all(allowed) {
            return Err(RecordIdError::Id(id));
        }
        Ok(Self { kind, id })
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.id)
    }
}

impl FromStr for RecordId {
    type Err = RecordIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, id) = text
            .split_once(':')
            .ok_or_else(|| RecordIdError::NoColon(text.to_owned()))?;
        Self::new(kind.parse()?, id)
    }
}

/// A person of the operating model, by the short name that `people.yaml` gives them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(String);

impl PersonId {
    /// The person of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into())
    }

    /// Someone the CRM knows and the model does not: kept, so that a record owned by a stranger
    /// is not taken for a record without an owner.
    #[must_use]
    pub fn stranger(crm_id: &str) -> Self {
        Self(format!("crm:{crm_id}"))
    }

    /// The name as written in the model.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the model does not know this person.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        self.0.starts_with("crm:")
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_reads_back_as_written() {
        let id: RecordId = "lead:123".parse().expect("a record id");
        assert_eq!(id.to_string(), "lead:123");
    }

    #[test]
    fn what_is_no_record_id_says_why() {
        for (text, says) in [
            ("123", "write its kind"),
            ("person:1", "not a kind of record"),
            ("lead:", "1 to 64 letters"),
            ("lead:a#b", "1 to 64 letters"),
        ] {
            let error = text.parse::<RecordId>().expect_err(text).to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
