use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::domain;

/// By what an account is found that the CRM does not associate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatchedBy {
    /// It has the domain of the record's mail address.
    EmailDomain,
    /// It has the record's domain.
    Domain,
    /// It has the record's name, or one that is much like it.
    Name,
}

impl MatchedBy {
    /// The word for it in the model.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::EmailDomain => "email_domain",
            Self::Domain => "domain",
            Self::Name => "name",
        }
    }
}

/// What came of looking for the account of a record that the CRM associates with none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matched {
    /// One account fits.
    One {
        /// By what.
        by: MatchedBy,
        /// How much alike both are, in percent: 100 of a domain and of a name that is the same.
        alike: u8,
    },
    /// Several fit, and none of them is taken.
    Several {
        /// By what.
        by: MatchedBy,
        /// The CRM's ids of these, ten at most; none of them if there are too many to be read.
        accounts: BTreeSet<String>,
    },
    /// None fits.
    Nothing,
}

impl Matched {
    /// What `lead.match` can be.
    pub const WORDS: [&str; 6] = [
        Self::ASSOCIATION,
        MatchedBy::EmailDomain.word(),
        MatchedBy::Domain.word(),
        MatchedBy::Name.word(),
        "ambiguous",
        Self::NONE,
    ];

    /// The word for an account that the CRM associates.
    pub const ASSOCIATION: &str = "association";

    /// The word for no account.
    pub const NONE: &str = "none";

    /// The word for it, as conditions ask.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::One { by, .. } => by.word(),
            Self::Several { .. } => "ambiguous",
            Self::Nothing => Self::NONE,
        }
    }
}

/// What is looked for in a field of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This domain, in [its one form](crate::domain).
    Domain,
    /// This word among others, in lower case.
    Word,
}

impl Wanted {
    /// Whether a field that holds `value` holds this text, which is in the form in which it is searched.
    #[must_use]
    pub fn holds(self, value: &str, text: &str) -> bool {
        match self {
            Self::Domain => domain(value).as_deref() == Some(text),
            Self::Word => value.to_lowercase().contains(text),
        }
    }

    /// What is found for each text among records, each by its id and what the field searched holds.
    #[must_use]
    pub fn among(
        self,
        values: &[(String, String)],
        texts: &[String],
    ) -> BTreeMap<String, Candidates> {
        let found = |text: &String| {
            let fitting = values.iter().filter(|(_, value)| self.holds(value, text));
            let found = fitting.cloned().collect();
            (text.clone(), Candidates { found, more: false })
        };
        texts.iter().map(found).collect()
    }
}

/// The records that a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// What the field holds that was searched, by the CRM's ids.
    pub found: BTreeMap<String, String>,
    /// Whether there are more, which were not read.
    pub more: bool,
}
