use model::Place;
use serde::{Deserialize, Serialize};

/// One step of the way to a decision: a rule or criterion of the model, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's path in the model, for example `routing.lead.dach`.
    pub rule: String,
    /// Where the rule is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// What came of it.
    pub verdict: Verdict,
    /// The tests that made it so: for a rule that did not hold or is unknown, only those that
    /// spoke against it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// What else there is to know, in words, for example the arithmetic of a due time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Reason {
    /// A reason that is a remark rather than a condition.
    #[must_use]
    pub fn note(rule: impl Into<String>, place: Option<Place>, note: impl Into<String>) -> Self {
        Self {
            rule: rule.into(),
            place,
            verdict: Verdict::Held,
            findings: Vec::new(),
            note: Some(note.into()),
        }
    }
}

/// Conditions are three-valued: what cannot be known is neither held nor not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds.
    Held,
    /// It does not hold.
    NotHeld,
    /// A field it needs has no value.
    Unknown,
}

/// One test of one field, as it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The field, for example `account.country`.
    pub field: String,
    /// What was found.
    pub found: Found,
    /// What was needed, in words.
    pub needed: String,
    /// What came of it.
    pub verdict: Verdict,
    /// Where the test is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// What a test found in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// This value.
    Value(String),
    /// No value.
    NoValue,
    /// A value that is personal and therefore not recorded.
    Personal,
}
