use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{hex_digest::HexDigest, names::Function};

/// The identity of an event. The same happening always gets the same id, however often it is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EventId(HexDigest);

/// The identity of a decision: made from the event and the deciding function, so that an event
/// which is delivered again finds its decision already there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DecisionId(HexDigest);

/// What some values come to: the same values always to the same, and others to another. It is kept where the values
/// themselves must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ValuesDigest(HexDigest);

impl ValuesDigest {
    /// What these parts come to.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self(HexDigest::of(parts))
    }
}

impl EventId {
    /// The id of an event told by these parts.
    #[must_use]
    pub fn of(parts: &[&str]) -> Self {
        Self(HexDigest::of(parts))
    }

    /// The id of the `index`th event that a decision emits.
    #[must_use]
    pub fn emitted(by: &DecisionId, index: usize) -> Self {
        Self(HexDigest::of(&["emitted", by.as_str(), &index.to_string()]))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl DecisionId {
    /// The decision that `function` takes upon `event`.
    #[must_use]
    pub fn of(function: Function, event: &EventId) -> Self {
        Self(HexDigest::of(&[
            "decision",
            function.name(),
            event.as_str(),
        ]))
    }

    /// A decision id that somebody typed: 32 hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        HexDigest::parse(text).map(Self)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for DecisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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
