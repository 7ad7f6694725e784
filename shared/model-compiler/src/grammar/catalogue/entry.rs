//! What is known of a field, and of whom it can be asked.

use crm::RecordKind;

/// What a field holds, as far as tests are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Holds {
    Text,
    Number,
    Boolean,
    Date,
    Timestamp,
    Person,
    Account,
    /// One of these words; none if they are not known because their section could not be read.
    OneOf(Option<Vec<String>>),
    /// A length of time, and the limit of the lifecycle it can be past.
    Length(&'static str),
    /// Met or unmet.
    Criteria,
}

impl Holds {
    /// The word for it in messages.
    pub(crate) const fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "yes or no",
            Self::Date => "a date",
            Self::Timestamp => "an instant",
            Self::Person => "a person",
            Self::Account => "an account",
            Self::OneOf(_) => "one of a closed list",
            Self::Length(_) => "a length of time",
            Self::Criteria => "met or unmet",
        }
    }
}

/// A field of the catalogue.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) holds: Holds,
    pub(crate) personal: bool,
    pub(crate) asked: Asked,
}

/// Where a condition may ask for a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Wherever the record is spoken of, or one that belongs to it.
    Anywhere,
    /// Only of the record itself: a lead does not know how old its account is.
    OfItself,
    /// In deviations and metrics, which are judged once others have decided.
    Afterwards,
    /// In the criteria of a gate, and in deviations.
    AtGates,
    /// In metrics, which are counted last.
    InMetrics,
}

impl Entry {
    pub(super) const fn new(holds: Holds, asked: Asked) -> Self {
        Self {
            holds,
            personal: false,
            asked,
        }
    }
}

/// Whether conditions on records of `kind` can see fields of `other`: their own and their
/// account's.
pub(crate) fn sees(kind: RecordKind, other: RecordKind) -> bool {
    kind == other
        || other == RecordKind::Account
            && matches!(
                kind,
                RecordKind::Lead | RecordKind::Contact | RecordKind::Opportunity
            )
}
