//! How what is expected and what came of it read, so that the same reads the same.

use std::collections::{BTreeMap, BTreeSet};

use contracts::state::RoutingState;
use jiff::Zoned;
use model::scenario::TurnOf;

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

/// What became of the turn that a record cost last.
pub(super) fn turn_of(routing: &RoutingState, given_back: bool) -> TurnOf {
    let in_turn = routing.owner.is_some() && routing.pool.is_some() && !routing.out_of_turn;
    match (routing.held_until, in_turn) {
        _ if given_back => TurnOf::GivenBack,
        (Some(_), _) => TurnOf::Held,
        (None, true) => TurnOf::Used,
        (None, false) => TurnOf::None,
    }
}
