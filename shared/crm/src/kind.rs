use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The kinds of record the operating model speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// A person who may become a customer.
    Lead,
    /// A person at an account.
    Contact,
    /// A company.
    Account,
    /// A deal in the making.
    Opportunity,
    /// A marketing campaign.
    Campaign,
}

impl RecordKind {
    /// Every kind, in the order in which people list them.
    pub const ALL: [Self; 5] = [
        Self::Lead,
        Self::Contact,
        Self::Account,
        Self::Opportunity,
        Self::Campaign,
    ];

    /// The word used for it in YAML, keys, events and mails.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Contact => "contact",
            Self::Account => "account",
            Self::Opportunity => "opportunity",
            Self::Campaign => "campaign",
        }
    }

    /// The word for several of them.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Lead => "leads",
            Self::Contact => "contacts",
            Self::Account => "accounts",
            Self::Opportunity => "opportunities",
            Self::Campaign => "campaigns",
        }
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// The text is not a kind of record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of record: use lead, contact, account, opportunity or campaign")]
pub struct UnknownKind(pub String);

impl FromStr for RecordKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or_else(|| UnknownKind(text.to_owned()))
    }
}
