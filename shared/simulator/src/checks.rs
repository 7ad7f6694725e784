//! What must hold once the faults are over and the world is at rest, one check a file.

mod at_rest;
mod causes;
mod chains;
mod copies;
mod crm_shows;
mod deadlines;
mod effects;
mod explained;
mod handled;
mod judged;
mod newer_edits;
mod personal;
mod routed;
mod seen;
mod shares;

use std::fmt;

pub use self::seen::Seen;

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The check's name.
    pub check: &'static str,
    /// What it found.
    pub what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.check, self.what)
    }
}

/// What a check finds wrong.
type Check = fn(&Seen<'_>) -> Vec<String>;

/// Every check by its name.
const CHECKS: [(&str, Check); 14] = [
    ("at rest", at_rest::check),
    ("everything is handled", handled::check),
    ("nothing fails without a cause", explained::check),
    ("the copies are the CRM's records", copies::check),
    ("every lead is routed once or waits", routed::check),
    (
        "every deadline is handled once, none early",
        deadlines::check,
    ),
    ("the newest copy is judged", judged::check),
    (
        "every effect is done once or visibly failed",
        effects::check,
    ),
    ("the CRM shows what was decided last", crm_shows::check),
    ("no newer edit is overwritten", newer_edits::check),
    ("no personal value outside the copies", personal::check),
    ("shares stay within their bound", shares::check),
    ("every cause reaches back", causes::check),
    ("no chain of actions without an end", chains::check),
];

/// The names of all checks.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}

/// What does not hold.
#[must_use]
pub fn all(seen: &Seen<'_>) -> Vec<Violation> {
    let mut found = Vec::new();
    for (name, check) in CHECKS {
        let wrong = check(seen).into_iter();
        found.extend(wrong.map(|what| Violation { check: name, what }));
    }
    found
}
