//! The steps of an addition, for those who want to see why.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::amount::BusinessAmount;
use crate::calendar::Calendar;
use crate::error::{Direction, Error};
use crate::hours::DAY;
use crate::runs::{Run, whole_seconds};
use crate::weekday::Weekday;
use crate::working_days::date_of_day;

/// What one date contributes to an amount of business time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Step {
    /// The date on the wall clock of the calendar's zone.
    pub date: Date,
    /// The first instant used on it.
    pub from: Timestamp,
    /// The last instant used on it; breaks may lie between.
    pub to: Timestamp,
    /// Open seconds used on it.
    pub seconds: i64,
}

/// How something came to be due. Displayed in the zone of the calendar:
/// `Fri 15:10 + 4 h → 50 min Friday, 3 h 10 min Monday → Mon 12:10`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trace {
    /// Where it began.
    pub start: Timestamp,
    /// What was added; a negative amount went backward.
    pub amount: BusinessAmount,
    /// Where counting began: the next opening, when the start was closed.
    pub counted_from: Timestamp,
    /// For business time, what each date contributed, in the order in which it
    /// was used; empty for working days and for the wall clock.
    pub steps: Vec<Step>,
    /// When it is due.
    pub end: Timestamp,
    /// The zone in which it is displayed.
    pub time_zone: TimeZone,
}

/// So many dates are displayed one by one; of more, the middle is summed up.
const SHOWN: usize = 5;

impl Calendar {
    /// [`Calendar::due`] with its steps.
    ///
    /// # Errors
    /// As [`Calendar::due`].
    pub fn trace_due(&self, start: Timestamp, amount: &BusinessAmount) -> Result<Trace, Error> {
        let end = self.due(start, amount)?;
        let (counted_from, steps) = match *amount {
            BusinessAmount::Business(seconds) => {
                (self.first_counted(start, seconds)?, self.steps(start, end))
            }
            BusinessAmount::BusinessDays(days) => (self.first_counted(start, days)?, Vec::new()),
            BusinessAmount::Wall(_) => (start, Vec::new()),
        };
        let time_zone = self.time_zone().clone();
        Ok(Trace {
            start,
            amount: *amount,
            counted_from,
            steps,
            end,
            time_zone,
        })
    }

    /// [`Calendar::add`] with its steps, one for each date that contributes
    /// (two, where clocks that go back over midnight show a date again).
    ///
    /// # Errors
    /// As [`Calendar::add`].
    pub fn trace_add(&self, start: Timestamp, seconds: i64) -> Result<Trace, Error> {
        self.trace_due(start, &BusinessAmount::Business(seconds))
    }

    fn first_counted(&self, start: Timestamp, amount: i64) -> Result<Timestamp, Error> {
        self.roll(
            start,
            if amount < 0 {
                Direction::Backward
            } else {
                Direction::Forward
            },
        )
    }

    /// What each date contributes between two instants, from the first to the
    /// second, which may be the earlier one.
    fn steps(&self, start: Timestamp, end: Timestamp) -> Vec<Step> {
        let (first, last) = (whole_seconds(start).0, whole_seconds(end).0);
        let mut steps: Vec<Step> = Vec::new();
        for run in self.open_runs(first.min(last), first.max(last)) {
            self.push_steps(run, &mut steps);
        }
        if last < first {
            steps.reverse();
        }
        steps
    }

    /// Cuts `run` at the midnights of the wall clock and adds the parts.
    fn push_steps(&self, run: Run, steps: &mut Vec<Step>) {
        let rules = &self.base.rules;
        let mut from = run.start;
        while from < run.end {
            let day = (from + rules.offset(from)).div_euclid(DAY);
            let midnight = rules.instant_of((day + 1) * DAY);
            let to = if midnight > from {
                midnight.min(run.end)
            } else {
                run.end
            };
            let instants = (Timestamp::from_second(from), Timestamp::from_second(to));
            if let (Some(date), (Ok(begin), Ok(until))) = (date_of_day(day), instants) {
                match steps.last_mut() {
                    Some(step) if step.date == date => {
                        step.to = until;
                        step.seconds += to - from;
                    }
                    _ => steps.push(Step {
                        date,
                        from: begin,
                        to: until,
                        seconds: to - from,
                    }),
                }
            }
            from = to;
        }
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let far = self.is_far();
        let moment = |at| Moment {
            at,
            zone: &self.time_zone,
            far,
        };
        write!(f, "{}", moment(self.start))?;
        match self.amount {
            BusinessAmount::Business(seconds) => write!(
                f,
                " {} {} → ",
                sign(seconds),
                Length(seconds.saturating_abs())
            )?,
            amount => {
                if self.counted_from != self.start {
                    write!(f, ", counted from {},", moment(self.counted_from))?;
                }
                let (sign, amount) = magnitude(amount);
                return write!(f, " {sign} {amount} → {}", moment(self.end));
            }
        }
        let hidden = if self.steps.len() > SHOWN {
            self.steps.len() - 3
        } else {
            0
        };
        for (number, step) in self.steps.iter().enumerate() {
            if hidden > 0 && number == 2 {
                let rest = self
                    .steps
                    .iter()
                    .skip(2)
                    .take(hidden)
                    .map(|step| step.seconds)
                    .sum();
                write!(f, ", {} on {hidden} more days", Length(rest))?;
            }
            if hidden > 0 && (2..2 + hidden).contains(&number) {
                continue;
            }
            let comma = if number == 0 { "" } else { ", " };
            write!(
                f,
                "{comma}{} {}",
                Length(step.seconds),
                day_name(step.date, far)
            )?;
        }
        let arrow = if self.steps.is_empty() { "" } else { " → " };
        write!(f, "{arrow}{}", moment(self.end))
    }
}

impl Trace {
    /// Whether a weekday alone would not say which date is meant.
    fn is_far(&self) -> bool {
        self.end.as_second().abs_diff(self.start.as_second()) >= 6 * DAY.unsigned_abs()
    }
}

fn sign(count: i64) -> char {
    if count < 0 { '−' } else { '+' }
}

/// An amount without its sign, and the sign.
fn magnitude(amount: BusinessAmount) -> (char, BusinessAmount) {
    match amount {
        BusinessAmount::Business(seconds) => (
            sign(seconds),
            BusinessAmount::Business(seconds.saturating_abs()),
        ),
        BusinessAmount::BusinessDays(days) => (
            sign(days),
            BusinessAmount::BusinessDays(days.saturating_abs()),
        ),
        BusinessAmount::Wall(seconds) => (
            sign(seconds),
            BusinessAmount::Wall(seconds.saturating_abs()),
        ),
    }
}

fn day_name(date: Date, far: bool) -> String {
    let weekday = Weekday::from_number(i64::from(date.weekday().to_monday_zero_offset()));
    if far {
        format!("{} {date}", weekday.full_name())
    } else {
        weekday.full_name().to_owned()
    }
}

/// An instant as a reader of the calendar sees it: `Fri 15:10`.
struct Moment<'a> {
    at: Timestamp,
    zone: &'a TimeZone,
    far: bool,
}

impl fmt::Display for Moment<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let local = self.zone.to_datetime(self.at);
        let seconds = if local.second() == 0 { "" } else { ":%S" };
        let date = if self.far { " %Y-%m-%d" } else { "" };
        write!(f, "{}", local.strftime(&format!("%a{date} %H:%M{seconds}")))
    }
}

/// Seconds as people say them: `3 h 10 min`.
struct Length(i64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.0 / 3600, "h"),
            (self.0 / 60 % 60, "min"),
            (self.0 % 60, "s"),
        ];
        let mut space = "";
        for (count, unit) in parts.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, "{space}{count} {unit}")?;
            space = " ";
        }
        if space.is_empty() {
            f.write_str("0 s")
        } else {
            Ok(())
        }
    }
}
