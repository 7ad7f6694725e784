use serde::{Deserialize, Serialize};

/// Who gets a record in place of a person whom a rule names, and who is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NamedByRule {
    /// Who covers for them, as is said with their absence; else their manager.
    Cover,
    /// Their manager, or who is there above them.
    Manager,
    /// Nobody: it waits until they are back.
    Wait,
}
