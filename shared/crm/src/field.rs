use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::kind::RecordKind;

/// What a field of a record holds. Conditions are checked against it before deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldType {
    /// Free text.
    Text,
    /// A decimal number.
    Number,
    /// A whole number.
    Integer,
    /// An amount in the company's currency.
    Money,
    /// Yes or no.
    Boolean,
    /// A day without a time.
    Date,
    /// An instant.
    Timestamp,
    /// One of a closed list of words.
    OneOf,
    /// Someone in `people.yaml`.
    Person,
    /// A stage of a lifecycle.
    Stage,
    /// The account this record belongs to.
    Account,
}

impl FieldType {
    /// The word used for it in `technology.yaml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Money => "money",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Timestamp => "timestamp",
            Self::OneOf => "one_of",
            Self::Person => "person",
            Self::Stage => "stage",
            Self::Account => "account",
        }
    }
}

impl fmt::Display for FieldType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// A field as conditions name it: the record's kind and the field's name, `lead.email`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldRef {
    /// Whose field.
    pub kind: RecordKind,
    /// The name declared in `technology.yaml`, or that of a built-in or derived field.
    pub name: String,
}

/// The text does not name a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` does not name a field: write the kind of record and the field, like lead.email")]
pub struct FieldRefError(pub String);

impl FieldRef {
    /// The field `name` of records of this kind.
    #[must_use]
    pub fn new(kind: RecordKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
        }
    }
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.kind, self.name)
    }
}

impl FromStr for FieldRef {
    type Err = FieldRefError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || FieldRefError(text.to_owned());
        let (kind, name) = text.split_once('.').ok_or_else(error)?;
        if name.is_empty() {
            return Err(error());
        }
        Ok(Self::new(kind.parse().map_err(|_| error())?, name))
    }
}

impl Serialize for FieldRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FieldRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Named)
    }
}

/// Takes the text where it stands: a function reads thousands of fields at every cold start.
struct Named;

impl serde::de::Visitor<'_> for Named {
    type Value = FieldRef;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field like lead.email")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<FieldRef, E> {
        text.parse().map_err(E::custom)
    }
}
