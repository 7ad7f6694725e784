use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::names::Function;

/// The identity of an event. The same happening always gets the same id, however often it is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(String);

/// The identity of a decision: made from the event and the deciding function, so that an event
/// which is delivered again finds its decision already there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DecisionId(String);

/// The first 128 bits of SHA-256 over the parts, each with its length before it so that
/// `("a", "bc")` and `("ab", "c")` differ.
fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let bytes = hash.finalize();
    hex::encode(bytes.get(..16).unwrap_or_default())
}

impl EventId {
    /// The id of an event told by these parts.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self(digest(parts))
    }

    /// The id of the `index`th event that a decision emits.
    #[must_use]
    pub fn emitted(by: &DecisionId, index: usize) -> Self {
        Self(digest(&["emitted", by.as_str(), &index.to_string()]))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DecisionId {
    /// The decision that `function` takes upon `event`.
    #[must_use]
    pub fn of(function: Function, event: &EventId) -> Self {
        Self(digest(&["decision", function.name(), event.as_str()]))
    }

    /// A decision id that somebody typed: 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hexadecimal = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        hexadecimal.then(|| Self(text.to_ascii_lowercase()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(EventId::of(&["a", "bc"]), EventId::of(&["ab", "c"]));
    }

    #[test]
    fn two_functions_decide_separately_upon_one_event() {
        let event = EventId::of(&["x"]);
        assert_ne!(
            DecisionId::of(Function::LeadRouting, &event),
            DecisionId::of(Function::SlaTimers, &event)
        );
    }
}
