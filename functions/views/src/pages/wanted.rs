use super::name::Name;
use crate::address::{encoded, value_of};

/// The longest name of a record, in bytes, that is kept while somebody signs in.
const LONGEST: usize = 200;

/// The page that somebody wanted who was not signed in: one of ours, and the record that it is about.
pub(crate) struct Wanted {
    name: Name,
    of: Option<String>,
}

impl Wanted {
    /// The page of a request.
    pub(crate) fn of(name: Name, query: &str) -> Self {
        let of = value_of(query, "of").filter(|of| of.len() <= LONGEST);
        Self { name, of }
    }

    /// As it was written; what is no page of ours becomes what is theirs to do.
    pub(crate) fn read(written: &str) -> Self {
        let name = value_of(written, "to").and_then(|it| Name::named(&it));
        let shown = |name: &Name| !matches!(name, Name::SignIn | Name::Back | Name::SignOut);
        Self::of(name.filter(shown).unwrap_or(Name::Mine), written)
    }

    /// As it is kept while they sign in, and stands in an address.
    pub(crate) fn written(&self) -> String {
        match &self.of {
            Some(of) => format!("to={}&of={}", self.name.word(), encoded(of)),
            None => format!("to={}", self.name.word()),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> String {
        match &self.of {
            Some(of) => format!("{}?of={}", self.name.path(), encoded(of)),
            None => self.name.path(),
        }
    }
}
