//! How what is expected and what came of it read, so that the same reads the same.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;

/// What cannot be known.
pub(super) const UNKNOWN: &str = "unknown";

/// A clock that does not run.
pub(super) const NOT_RUNNING: &str = "not running";

/// A time as it reads in its zone, which it names.
pub(super) fn moment(at: &Zoned) -> String {
    at.strftime("%a %Y-%m-%d %H:%M %Q").to_string()
}

/// Names, in their order.
pub(super) fn listed(names: &BTreeSet<String>) -> String {
    if names.is_empty() {
        return "none".to_owned();
    }
    names.iter().cloned().collect::<Vec<_>>().join(", ")
}

/// Fields and what they are set to.
pub(super) fn pairs(fields: &BTreeMap<String, String>) -> String {
    let pairs = fields.iter().map(|(field, to)| format!("{field} {to}"));
    listed(&pairs.collect())
}

/// Whether an account fits the ideal customer profile.
pub(super) fn fitting(fits: Option<bool>) -> String {
    let word = match fits {
        Some(true) => "yes",
        Some(false) => "no",
        None => UNKNOWN,
    };
    word.to_owned()
}
