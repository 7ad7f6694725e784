//! Counting in working days.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::calendar::{Calendar, instant};
use crate::error::{Direction, Error};
use crate::hours::DAY;
use crate::local_hours::day_number;
use crate::rules::limits;
use crate::runs::{Run, whole_seconds};

/// So many days without a special one show whatever an ordinary week can do.
const ENOUGH_DAYS: i64 = 28;

impl Calendar {
    /// Whether any work is done on `date`: hours that begin on it, absences
    /// left out. An interval over midnight belongs to the date it starts on.
    #[must_use]
    pub fn is_working_day(&self, date: Date) -> bool {
        !self.runs_on(day_number(date)).is_empty()
    }

    /// Open seconds of the hours that begin on `date`, those after its midnight
    /// included; 0 when it is no working day.
    #[must_use]
    pub fn working_day_length(&self, date: Date) -> i64 {
        self.runs_on(day_number(date))
            .into_iter()
            .map(Run::length)
            .sum()
    }

    /// The working day of the calendar to which `at` belongs: its date, or the
    /// date before while an interval that began there runs over midnight.
    /// `None` when `at` is closed.
    #[must_use]
    pub fn working_day_of(&self, at: Timestamp) -> Option<Date> {
        let second = whole_seconds(at).0;
        self.open_at(second)
            .then(|| self.day_of_open(second))
            .and_then(date_of_day)
    }

    /// `days` working days after `start` (before it, when negative), to the same
    /// time of the wall clock.
    ///
    /// 1. A closed `start` first goes to the next opening (backward: to the last
    ///    closing), so a lead of Saturday counts as one of Monday morning. Zero
    ///    days end there.
    /// 2. From its working day, that many working days are counted. A working
    ///    day is a date on which hours begin and are not all taken away.
    /// 3. There, the same time of day holds. Before that day's opening it
    ///    becomes the opening, after its closing the closing, and in between,
    ///    in a break, the end of the break (backward: its beginning).
    ///
    /// # Errors
    /// [`Error::NeverOpens`] when there are not enough working days,
    /// [`Error::OutOfRange`] when they lead beyond the years −9999 to 9999.
    pub fn add_business_days(&self, start: Timestamp, days: i64) -> Result<Timestamp, Error> {
        let direction = if days < 0 {
            Direction::Backward
        } else {
            Direction::Forward
        };
        let start = self.roll(start, direction)?;
        if days == 0 {
            return Ok(start);
        }
        let (second, fraction) = whole_seconds(start);
        let open = self.open_at(second);
        // A closing belongs to the day whose hours it ends.
        let day = self.day_of_open(if open { second } else { second - 1 });
        let time = second + self.base.rules.offset(second - i64::from(!open)) - day * DAY;
        let (target_day, runs) = self.count_days(start, day, days)?;
        let same_time = self.base.rules.instant_of(target_day * DAY + time);
        let second = placed(&runs, same_time, direction);
        let fraction = if second == same_time && self.open_at(second) {
            fraction
        } else {
            0
        };
        instant(second, fraction).ok_or(Error::OutOfRange { from: start })
    }

    /// The working day that is `days` working days from `day`, with its open
    /// spans.
    fn count_days(&self, start: Timestamp, day: i64, days: i64) -> Result<(i64, Vec<Run>), Error> {
        let (step, direction) = if days < 0 {
            (-1, Direction::Backward)
        } else {
            (1, Direction::Forward)
        };
        let (first, last) = limits();
        let (first, last) = (first / DAY + 3, last / DAY - 3);
        let mut left = days.unsigned_abs();
        let (mut day, mut idle) = (day, 0);
        while (first..=last).contains(&day) {
            day += step;
            let runs = self.runs_on(day);
            if runs.is_empty() {
                idle += 1;
                if idle > ENOUGH_DAYS
                    && !self.base.rules.local.week_opens
                    && self.is_quiet(day, direction)
                {
                    return Err(Error::NeverOpens {
                        from: start,
                        direction,
                    });
                }
                continue;
            }
            idle = 0;
            left -= 1;
            if left == 0 {
                return Ok((day, runs));
            }
        }
        Err(Error::OutOfRange { from: start })
    }

    /// Whether no special day lies on that side of `day`.
    fn is_quiet(&self, day: i64, direction: Direction) -> bool {
        self.base
            .rules
            .special_span()
            .is_none_or(|(first, last)| match direction {
                Direction::Forward => day * DAY > last,
                Direction::Backward => day * DAY < first,
            })
    }

    /// The number of the working day an open second belongs to.
    fn day_of_open(&self, second: i64) -> i64 {
        let today = (second + self.base.rules.offset(second)).div_euclid(DAY);
        let runs = self.runs_on(today);
        let own = runs
            .iter()
            .any(|run| run.start <= second && second < run.end);
        if own { today } else { today - 1 }
    }

    /// The open spans of the hours that begin on a day, absences left out.
    pub(crate) fn runs_on(&self, day: i64) -> Vec<Run> {
        Run::without(self.base.rules.open_on(day), self.absences.runs())
    }
}

/// `second`, or where the spans of a working day move it.
fn placed(runs: &[Run], second: i64, direction: Direction) -> i64 {
    let after = runs.partition_point(|run| run.start <= second);
    let before = after.checked_sub(1).and_then(|last| runs.get(last));
    match (before, runs.get(after), direction) {
        (Some(run), _, _) if second <= run.end => second,
        (None, Some(next), _) | (Some(_), Some(next), Direction::Forward) => next.start,
        (Some(run), _, _) => run.end,
        (None, None, _) => second,
    }
}

/// The date with that number, counted from 1970-01-01; `None` beyond the range
/// of dates.
pub(crate) fn date_of_day(day: i64) -> Option<Date> {
    let days = jiff::Span::new().try_days(day).ok()?;
    date(1970, 1, 1).checked_add(days).ok()
}
