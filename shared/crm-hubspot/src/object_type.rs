use std::fmt;

/// The kinds of object of `HubSpot` that we keep copies of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectType {
    /// People.
    Contacts,
    /// Companies.
    Companies,
    /// Deals.
    Deals,
}

impl ObjectType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Companies, Self::Deals];

    /// The name in paths of the API, and in the mapping of the model: `contacts`.
    #[must_use]
    pub const fn plural(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Deals => "deals",
        }
    }

    /// The name in subscription types and association types: `contact`.
    #[must_use]
    pub const fn singular(self) -> &'static str {
        match self {
            Self::Contacts => "contact",
            Self::Companies => "company",
            Self::Deals => "deal",
        }
    }

    /// The id that generic subscriptions use: `0-1`.
    #[must_use]
    pub const fn type_id(self) -> &'static str {
        match self {
            Self::Contacts => "0-1",
            Self::Companies => "0-2",
            Self::Deals => "0-3",
        }
    }

    /// The type of this name, in any of the three spellings and in upper or lower case.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| {
            kind.plural().eq_ignore_ascii_case(text)
                || kind.singular().eq_ignore_ascii_case(text)
                || kind.type_id() == text
        })
    }
}

impl fmt::Display for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plural())
    }
}
