use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{shared_text::SharedText, source::SourceName};

/// A person: the short name that `people.yaml` gives them; or somebody whom only a source knows,
/// written `crm:11003`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(SharedText);

impl PersonId {
    /// The person of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self(name.into().into())
    }

    /// Someone a source knows and the model does not: kept, so that a record owned by a stranger
    /// is not taken for a record without an owner.
    #[must_use]
    pub fn stranger(source: &SourceName, id: &str) -> Self {
        Self(format!("{source}:{id}").into())
    }

    /// The name as written in the model.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the model does not know this person.
    #[must_use]
    pub fn is_stranger(&self) -> bool {
        self.0.contains(':')
    }

    /// The id by which this source knows a stranger of it; none for a person of the model, or a
    /// stranger of another source.
    #[must_use]
    pub fn id_in(&self, source: &SourceName) -> Option<&str> {
        self.0.strip_prefix(source.as_str())?.strip_prefix(':')
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
    fn a_stranger_is_known_to_one_source_only() {
        let source = |name| SourceName::new(name).expect("a source");
        let stranger = PersonId::stranger(&source("hubspot"), "11003");
        assert!(stranger.is_stranger());
        assert_eq!(stranger.id_in(&source("hubspot")), Some("11003"));
        assert_eq!(stranger.id_in(&source("hub")), None);
        assert!(!PersonId::new("anna").is_stranger());
    }
}
