//! How what is expected and what came of it read, so that the same reads the same.

use std::collections::BTreeSet;

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
