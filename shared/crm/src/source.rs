use std::{borrow::Borrow, fmt};

use serde::{Deserialize, Serialize};

use crate::shared_text::SharedText;

/// The name that `technology.yaml` gives a source of records, for example `crm`: 1 to 64
/// lower-case letters, digits and `_`, a letter first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceName(SharedText);

/// The text is no name of a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a name of a source: 1 to 64 lower-case letters, digits and _, a letter first"
)]
pub struct SourceNameError(pub String);

impl SourceName {
    /// The longest name accepted, in characters.
    pub const MAX_LENGTH: usize = 64;

    /// The source of this name.
    ///
    /// # Errors
    /// If the text has other characters, or is empty or too long.
    pub fn new(name: impl Into<String>) -> Result<Self, SourceNameError> {
        let name = name.into();
        if Self::is_well_formed(&name) {
            Ok(Self(name.into()))
        } else {
            Err(SourceNameError(name))
        }
    }

    /// Whether a source can be called so.
    #[must_use]
    pub fn is_well_formed(name: &str) -> bool {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        name.len() <= Self::MAX_LENGTH
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(allowed)
    }

    /// The name as written in the model.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for SourceName {
    fn borrow(&self) -> &str {
        &self.0
    }
}
