use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    kind::{RecordKind, UnknownKind},
    source::{SourceName, SourceNameError},
};

/// One record: the source that has it, its kind, and the id that the source gave it. Written
/// `crm:lead:123` where a machine reads it; people write and read `lead:123`, see
/// [`RecordName`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordId {
    /// Where it comes from.
    pub source: SourceName,
    /// What it is.
    pub kind: RecordKind,
    /// The source's own id, 1 to 64 letters, digits, `-` or `_`.
    pub id: String,
}

/// Why a text is not a record id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordIdError {
    /// The part before the last colon is no kind.
    #[error(transparent)]
    Kind(#[from] UnknownKind),
    /// The first of three parts is no source.
    #[error(transparent)]
    Source(#[from] SourceNameError),
    /// There is no colon.
    #[error("`{0}` is not a record: write its kind and its id in the CRM, like lead:123")]
    NoColon(String),
    /// There is no source, where one is needed.
    #[error("`{0}` does not say where the record is: write its source, too, like crm:lead:123")]
    NoSource(String),
    /// The part after the last colon is empty, too long, or has other characters.
    #[error("`{0}` is not an id of a record: 1 to 64 letters, digits, - or _")]
    Id(String),
}

impl RecordId {
    /// The longest id accepted, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// A record id, after checking the source's part of it.
    ///
    /// # Errors
    /// If `id` is empty, longer than [`Self::MAX_LENGTH`], or has characters other than ASCII
    /// letters, digits, `-` and `_`.
    pub fn new(
        source: &SourceName,
        kind: RecordKind,
        id: impl Into<String>,
    ) -> Result<Self, RecordIdError> {
        Ok(Self {
            source: source.clone(),
            kind,
            id: checked(id.into())?,
        })
    }

    /// The record without its source, as people write it where only one source has such
    /// records.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}:{}", self.kind, self.id)
    }
}

fn checked(id: String) -> Result<String, RecordIdError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > RecordId::MAX_LENGTH || !id.chars().all(allowed) {
        return Err(RecordIdError::Id(id));
    }
    Ok(id)
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [self.source.as_str(), ":", self.kind.word(), ":", &self.id];
        parts.into_iter().try_for_each(|part| f.write_str(part))
    }
}

impl FromStr for RecordId {
    type Err = RecordIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let name: RecordName = text.parse()?;
        match name.source {
            Some(source) => Self::new(&source, name.kind, name.id),
            None => Err(RecordIdError::NoSource(text.to_owned())),
        }
    }
}

/// A record as somebody types it: `lead:123`, or with its source `crm:lead:123` where several
/// have such records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordName {
    /// The source, if it was typed.
    pub source: Option<SourceName>,
    /// The kind.
    pub kind: RecordKind,
    /// The source's own id.
    pub id: String,
}

impl FromStr for RecordName {
    type Err = RecordIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (before, id) = text
            .rsplit_once(':')
            .ok_or_else(|| RecordIdError::NoColon(text.to_owned()))?;
        let (source, kind) = match before.split_once(':') {
            Some((source, kind)) => (Some(SourceName::new(source)?), kind),
            None => (None, before),
        };
        Ok(Self {
            source,
            kind: kind.parse()?,
            id: checked(id.to_owned())?,
        })
    }
}

impl fmt::Display for RecordName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(source) = &self.source {
            write!(f, "{source}:")?;
        }
        write!(f, "{}:{}", self.kind, self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_id_reads_back_as_written() {
        let id: RecordId = "hubspot:lead:123".parse().expect("a record id");
        assert_eq!(id.to_string(), "hubspot:lead:123");
        assert_eq!(id.name(), "lead:123");
    }

    #[test]
    fn people_may_leave_the_source_out() {
        let name: RecordName = "lead:123".parse().expect("a record");
        assert_eq!((name.source.clone(), name.kind), (None, RecordKind::Lead));
        assert_eq!(name.to_string(), "lead:123");
        let name: RecordName = "second_crm:lead:123".parse().expect("a record");
        assert_eq!(name.to_string(), "second_crm:lead:123");
    }

    #[test]
    fn what_is_no_record_id_says_why() {
        for (text, says) in [
            ("123", "write its kind"),
            ("lead:123", "write its source, too, like crm:lead:123"),
            ("hubspot:person:1", "not a kind of record"),
            ("Hub Spot:lead:1", "not a name of a source"),
            ("hubspot:lead:", "1 to 64 letters"),
            ("hubspot:lead:a#b", "1 to 64 letters"),
        ] {
            let error = text.parse::<RecordId>().expect_err(text).to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
