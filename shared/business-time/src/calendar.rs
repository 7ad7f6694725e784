//! A calendar made fast, and the arithmetic on it.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::amount::BusinessAmount;
use crate::error::{Direction, Error};
use crate::hours::DAY;
use crate::local_hours::LocalHours;
use crate::rules::{Rules, limits, zone};
use crate::runs::whole_seconds;
use crate::spec::CalendarSpec;
use crate::table::Table;
use crate::time_off::{Absences, TimeOff};
use crate::validate::SpecError;

/// Years of open time kept ready before and after the instant of compilation.
const READY_BEFORE: i64 = 2 * 366 * DAY;
const READY_AFTER: i64 = 5 * 366 * DAY;

/// A calendar that can be asked. Cheap to clone and to share between threads.
///
/// Open time around the instant it was compiled for (two years back, five
/// ahead) is kept as prefix sums: `add` and `elapsed` cost some ten nanoseconds
/// for any amount there. Beyond, the same hours are worked out on the spot:
/// slower, but with the same answers up to the years −9999 and 9999.
///
/// Open time is counted in whole seconds. [`Calendar::add`] keeps the fraction
/// of a second of an open start; [`Calendar::elapsed`] takes both instants at
/// their whole second, so that parts always add up to the whole.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub(crate) base: Arc<Base>,
    pub(crate) absences: Arc<Absences>,
}

/// What all copies of a calendar share.
#[derive(Debug)]
pub(crate) struct Base {
    pub(crate) rules: Rules,
    pub(crate) table: Table,
}

impl Calendar {
    /// Makes `spec` fast for questions around the instant `around`. Takes well
    /// under a millisecond.
    ///
    /// # Errors
    /// [`Error::Spec`] with every mistake that [`CalendarSpec::validate`] finds,
    /// except [`SpecError::NeverOpen`]: a calendar without open time is of no
    /// use in a model, but it can answer.
    pub fn compile(spec: &CalendarSpec, around: Timestamp) -> Result<Calendar, Error> {
        let mut mistakes = spec.validate();
        mistakes.retain(|mistake| *mistake != SpecError::NeverOpen);
        let zone = match zone(&spec.time_zone) {
            Some(zone) if mistakes.is_empty() => zone,
            _ => return Err(Error::Spec(mistakes)),
        };
        let (first, last) = limits();
        let around = whole_seconds(around).0;
        let from = (around - READY_BEFORE).max(first);
        let to = (around + READY_AFTER).min(last);
        let rules = Rules::new(zone, LocalHours::new(spec), from, to);
        let table = Table::new(from, to, &rules.open(from, to));
        let base = Arc::new(Base { rules, table });
        Ok(Calendar {
            base,
            absences: Arc::new(Absences::default()),
        })
    }

    /// This calendar without the spans in which somebody is away, on top of
    /// those already taken out. Spans may overlap; one that ends before it
    /// begins is empty. Costs a few hundred nanoseconds, not a new table.
    #[must_use]
    pub fn with_time_off(&self, time_off: &[TimeOff]) -> Calendar {
        let absences = Absences::over(&self.base.table, &self.absences, time_off);
        Calendar {
            base: Arc::clone(&self.base),
            absences: Arc::new(absences),
        }
    }

    /// The zone whose wall clock the calendar follows.
    #[must_use]
    pub fn time_zone(&self) -> &TimeZone {
        &self.base.rules.zone
    }

    /// Whether `at` is open. The first instant of an interval is, the last,
    /// at which it closes, is not.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open_at(whole_seconds(at).0)
    }

    /// The instant at which `seconds` of open time have passed since `start`;
    /// with negative `seconds`, the instant from which that much open time
    /// passes until `start`.
    ///
    /// Work that is used up exactly at closing time ends at closing time, and
    /// backward exactly at opening time begins at opening time. Zero stays at an
    /// open start and otherwise goes forward to the next opening; see
    /// [`Calendar::roll`].
    ///
    /// # Errors
    /// [`Error::NeverOpens`] when open time ends before the amount does,
    /// [`Error::OutOfRange`] when it leads beyond the years −9999 to 9999.
    pub fn add(&self, start: Timestamp, seconds: i64) -> Result<Timestamp, Error> {
        if seconds == 0 {
            return self.roll(start, Direction::Forward);
        }
        let (second, fraction) = whole_seconds(start);
        match self.add_in_table(second, fraction != 0, seconds) {
            Some((end, carry)) => instant(end, if carry { fraction } else { 0 })
                .ok_or(Error::OutOfRange { from: start }),
            None => self.add_beyond(start, seconds),
        }
    }

    /// The end of `seconds` of open time from `second`, and whether a fraction
    /// of a second at the start is still there at the end. `None` when the
    /// table does not reach far enough.
    #[inline]
    fn add_in_table(&self, second: i64, fraction: bool, seconds: i64) -> Option<(i64, bool)> {
        let table = &self.base.table;
        if !table.knows(second) {
            return None;
        }
        let carry = fraction && self.open_at(second);
        let target = self.open_before(second).checked_add(seconds)?;
        // A carried fraction leads past the whole seconds, so an end exactly at
        // closing time is really a little after the next opening.
        let end = if seconds > 0 && !carry {
            table.first_with(self.absences.open_when_first_left(target))
        } else if target >= 0 {
            table.last_with(self.absences.open_when_last_left(target))
        } else {
            None
        };
        end.map(|end| (end, carry))
    }

    /// Open seconds from `from` to `to`, both taken at their whole second; 0
    /// when `to` is not after `from`.
    #[must_use]
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        self.signed_elapsed(from, to).max(0)
    }

    /// As [`Calendar::elapsed`], but negative when `to` is before `from`.
    #[must_use]
    pub fn signed_elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        let (from, to) = (whole_seconds(from).0, whole_seconds(to).0);
        let table = &self.base.table;
        if table.knows(from) && table.knows(to) {
            self.open_before(to) - self.open_before(from)
        } else if from <= to {
            self.elapsed_beyond(from, to)
        } else {
            -self.elapsed_beyond(to, from)
        }
    }

    /// Seconds from `from` to `to`, both taken at their whole second, day and night; only the time
    /// off is left out. Negative when `to` is before `from`.
    #[must_use]
    pub fn wall_elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        let (from, to) = (whole_seconds(from).0, whole_seconds(to).0);
        let away = self.absences.between(from.min(to), from.max(to));
        to - from - away * (to - from).signum()
    }

    /// When `amount` that begins at `start` is over. An amount of the wall clock passes day and
    /// night, but not in time off.
    ///
    /// # Errors
    /// As [`Calendar::add`] and [`Calendar::add_business_days`].
    pub fn due(&self, start: Timestamp, amount: &BusinessAmount) -> Result<Timestamp, Error> {
        match *amount {
            BusinessAmount::Business(seconds) => self.add(start, seconds),
            BusinessAmount::BusinessDays(days) => self.add_business_days(start, days),
            BusinessAmount::Wall(seconds) => {
                let (second, fraction) = whole_seconds(start);
                let away = self.absences.contains(second);
                self.absences
                    .wall_end(second, seconds)
                    .and_then(|end| instant(end, if away { 0 } else { fraction }))
                    .ok_or(Error::OutOfRange { from: start })
            }
        }
    }

    /// Whether this second is open.
    #[inline]
    pub(crate) fn open_at(&self, second: i64) -> bool {
        if self.absences.contains(second) {
            return false;
        }
        if self.base.table.knows(second) {
            return self.base.table.is_open(second);
        }
        !self.base.rules.open(second, second + 1).is_empty()
    }

    /// Open seconds from the beginning of the table to `second`, absences left
    /// out.
    #[inline]
    fn open_before(&self, second: i64) -> i64 {
        self.absences
            .left(second, self.base.table.open_before(second))
    }
}

/// The instant of a second and a fraction, if it is in range.
#[inline]
pub(crate) fn instant(second: i64, nanosecond: i32) -> Option<Timestamp> {
    Timestamp::new(second, nanosecond).ok()
}
