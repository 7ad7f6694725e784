use std::collections::BTreeMap;

use contracts::state::{DeviationsState, OpenDeviation};
use jiff::Timestamp;
use model::Severity;

/// The deviations of a record that has this one since then, of which nothing follows.
#[must_use]
pub fn deviating(name: &str, severity: Severity, since: Timestamp) -> DeviationsState {
    let open = OpenDeviation {
        since,
        severity,
        resolve_by: None,
        steps: None,
    };
    DeviationsState {
        open: BTreeMap::from([(name.to_owned(), open)]),
        ..DeviationsState::default()
    }
}
