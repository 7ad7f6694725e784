use crm::{FieldRef, PersonId};
use serde::{Deserialize, Serialize};

use crate::{condition::When, place::Place};

/// One rule of a routing list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RoutingRule {
    /// Its name.
    pub rule: String,
    /// How people call it; its name in words, if absent.
    #[serde(default)]
    pub label: Option<String>,
    /// When it applies.
    pub when: When,
    /// Who then gets the record.
    pub to: Destination,
    /// The field that then says whose it is; `owner`, if absent.
    pub into: Option<FieldRef>,
    /// The stage the record is then moved to, if any.
    pub move_to: Option<String>,
    /// Where it is written.
    pub place: Place,
}

/// Who gets a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Destination {
    /// This person.
    Person(PersonId),
    /// The next member of this pool.
    Pool(String),
    /// Whoever takes it from this queue.
    Queue(String),
    /// The person in this field.
    Field(FieldRef),
    /// Nobody: the record is left without an owner, on purpose.
    Nobody,
    /// The person in the row of a table that stands for a field's value; the next rule decides where
    /// there is none.
    Table {
        /// The table's name.
        table: String,
        /// The field.
        by: FieldRef,
    },
    /// Who is paired with the person in a field; the next rule decides where nobody is.
    PartnerOf {
        /// The field.
        person: FieldRef,
        /// The pairs' name.
        pairs: String,
    },
}

impl Destination {
    /// The field that says who it is, if one does.
    #[must_use]
    pub const fn field(&self) -> Option<&FieldRef> {
        match self {
            Self::Field(field)
            | Self::Table { by: field, .. }
            | Self::PartnerOf { person: field, .. } => Some(field),
            Self::Person(_) | Self::Pool(_) | Self::Queue(_) | Self::Nobody => None,
        }
    }
}
