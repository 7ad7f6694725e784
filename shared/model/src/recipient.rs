use crm::PersonId;
use serde::{Deserialize, Serialize};

/// Someone who is told something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The record's owner.
    Owner,
    /// The owner's manager.
    Manager,
    /// The team of revenue operations, by its name.
    Team(String),
    /// This person.
    Person(PersonId),
}
