//! What a calendar says, as plain data.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::hours::Hours;
use crate::weekday::Weekday;

/// A calendar as it is written: a zone, the hours of a week, and the dates that
/// differ. [`CalendarSpec::validate`] finds its mistakes,
/// [`crate::Calendar::compile`] makes it fast.
///
/// An instant is open exactly when the wall clock of the zone shows a time
/// inside the hours of its date. So a change of clocks makes an interval longer
/// or shorter by what really passes: 01:00-05:00 is three hours in the spring
/// night and five in the autumn night, and an hour that is shown twice counts
/// twice.
///
/// The hours of a date are, in this order: what `on_dates` says; nothing, if it
/// is a holiday; the hours of its weekday. An interval that runs over midnight
/// belongs to the date it starts on. Its part after midnight is dropped when
/// the next date is a holiday or has hours of its own, unless `on_dates` itself
/// named the interval.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// The IANA name of the zone, for example `Europe/Berlin`.
    pub time_zone: String,
    /// The hours of each weekday; a weekday that is not named is closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub hours: BTreeMap<Weekday, Vec<Hours>>,
    /// Dates whose hours replace those of the weekday; no hours means closed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub on_dates: BTreeMap<Date, Vec<Hours>>,
    /// Dates that are closed, unless `on_dates` gives them hours.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub holidays: BTreeSet<Date>,
    /// Intervals cut out of the open time of each weekday, for example lunch.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks: BTreeMap<Weekday, Vec<Hours>>,
    /// Intervals cut out of the open time of one date, on top of `breaks`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub breaks_on: BTreeMap<Date, Vec<Hours>>,
}
