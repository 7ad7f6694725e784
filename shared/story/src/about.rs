use std::str::FromStr;

use crm::{PersonId, RecordIdError, RecordName};

/// The fewest hexadecimal digits by which a decision can be named.
const FEWEST_DIGITS: usize = 6;

/// How many digits a decision's whole id has.
pub(crate) const ALL_DIGITS: usize = 32;

/// Whose story somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A record, as somebody typed it: which source it is of is for whoever knows the model.
    Record(RecordName),
    /// A person.
    Person(PersonId),
    /// A decision, by its id or the beginning of it, in lower case.
    Decision(String),
}

/// The text names neither a record nor a person nor a decision.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UnknownAbout {
    /// It looks like none of them.
    #[error(
        "`{0}` names nothing: write a record like lead:123, a person like person:anna, or a decision's id or at least \
         its first {FEWEST_DIGITS} digits"
    )]
    Nothing(String),
    /// It looks like a record, and is none.
    #[error(transparent)]
    Record(#[from] RecordIdError),
    /// It is a person without a name.
    #[error("`person:` lacks a name: write the one of people.yaml, like person:anna")]
    Nobody,
}

impl FromStr for About {
    type Err = UnknownAbout;

    /// `lead:123` and `lead/123` both name a record: the second is what stands in addresses.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some((kind, name)) = text.split_once([':', '/']) {
            if kind == "person" {
                return person(name);
            }
            return Ok(Self::Record(text.replace('/', ":").parse()?));
        }
        let digits = text.len() <= ALL_DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if digits && text.len() >= FEWEST_DIGITS {
            return Ok(Self::Decision(text.to_ascii_lowercase()));
        }
        Err(UnknownAbout::Nothing(text.to_owned()))
    }
}

fn person(name: &str) -> Result<About, UnknownAbout> {
    if name.is_empty() {
        return Err(UnknownAbout::Nobody);
    }
    Ok(About::Person(PersonId::new(name)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

    use super::*;

    #[test]
    fn records_people_and_decisions_are_told_apart() {
        for (text, shown) in [
            ("lead:123", "lead:123"),
            ("lead/123", "lead:123"),
            (" opportunity:5 ", "opportunity:5"),
            ("account:7", "account:7"),
            ("person:anna", "person:anna"),
            ("person:hubspot:77", "person:hubspot:77"),
            ("hubspot:lead:7", "hubspot:lead:7"),
            ("hubspot/lead/7", "hubspot:lead:7"),
        ] {
            match text.parse::<About>().unwrap() {
                About::Record(record) => assert_eq!(record.to_string(), shown),
                About::Person(person) => assert_eq!(format!("person:{person}"), shown),
                About::Decision(id) => panic!("{text} is taken for the decision {id}"),
            }
        }
        for text in ["ABCDEF", "0123456789abcdef0123456789abcdef"] {
            assert_eq!(
                text.parse::<About>().unwrap(),
                About::Decision(text.to_lowercase())
            );
        }
    }

    #[test]
    fn what_names_nothing_says_how_to_write_it() {
        for (text, says) in [
            ("", "names nothing"),
            ("123", "names nothing"),
            ("anna", "names nothing"),
            ("0123456789abcdef0123456789abcdef0", "names nothing"),
            ("deal:5", "use lead, contact, account"),
            ("lead:", "1 to 64 letters"),
            ("person:", "lacks a name"),
        ] {
            let error = text.parse::<About>().unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
