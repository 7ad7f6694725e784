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

impl Recipient {
    /// `team revenue_ops`, `olga`, `the owner`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Owner => "the owner".to_owned(),
            Self::Manager => "the manager".to_owned(),
            Self::Team(team) => format!("team {team}"),
            Self::Person(person) => person.to_string(),
        }
    }
}
