//! Where a record stands in what others decide of it, in the words that conditions use.

use std::collections::BTreeMap;

use contracts::state::{ApprovalsState, Clock, ClockStatus, ExceptionsState, RoutingStatus};

/// What has not begun.
const NOT_STARTED: &str = "not_started";

/// What others have decided of a record.
#[derive(Debug, Clone, Copy, Default)]
pub struct Standing<'a> {
    /// The latest run of each clock, by the clock's name; none if no clock ever ran.
    pub clocks: Option<&'a BTreeMap<String, Clock>>,
    /// What came of routing; none if the record was never routed.
    pub routing: Option<RoutingStatus>,
    /// The exceptions that it was granted.
    pub exceptions: Option<&'a ExceptionsState>,
    /// What somebody was asked to approve of it.
    pub approvals: Option<&'a ApprovalsState>,
}

impl Standing<'_> {
    /// Where a clock stands.
    pub(crate) fn clock(&self, name: &str) -> &'static str {
        let clock = self.clocks.and_then(|clocks| clocks.get(name));
        clock.map_or(NOT_STARTED, |clock| match clock.status {
            ClockStatus::Running => "running",
            ClockStatus::Paused => "paused",
            ClockStatus::Late => "late",
            ClockStatus::MetInTime => "met_in_time",
            ClockStatus::MetLate => "met_late",
            ClockStatus::Cancelled => "cancelled",
        })
    }

    /// What came of routing.
    pub(crate) const fn routing(&self) -> &'static str {
        match self.routing {
            None => NOT_STARTED,
            Some(RoutingStatus::Routed) => "routed",
            Some(RoutingStatus::OwnedByHand) => "owned_by_hand",
            Some(RoutingStatus::Left) => "left",
            Some(RoutingStatus::Waiting) => "waiting",
        }
    }
}
