//! What can be wrong in a calendar file, and where.

use jiff::civil::Date;

use super::limits::{MAX_BYTES, MAX_DATES, MAX_DAYS, MAX_EVENTS};

/// A mistake in a calendar file, with the number of its line, from 1.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct IcalError {
    /// The line, counted as an editor counts.
    pub line: usize,
    /// What is wrong there.
    pub problem: IcalProblem,
}

/// What can be wrong in a calendar file.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IcalProblem {
    /// The text is larger than [`MAX_BYTES`].
    #[error("the file has {0} bytes, and at most {MAX_BYTES} are read: remove what is no holiday")]
    TooLarge(usize),
    /// There are more than [`MAX_EVENTS`] events.
    #[error("there are more than {MAX_EVENTS} events: remove what is no holiday")]
    TooManyEvents,
    /// There are more than [`MAX_DATES`] holidays.
    #[error("there are more than {MAX_DATES} holidays: ask for fewer years")]
    TooManyDates,
    /// The text is no calendar file.
    #[error("this is no calendar file: it must begin with BEGIN:VCALENDAR")]
    NoCalendar,
    /// A part is not ended, or ended without having begun.
    #[error("{0} does not match: each BEGIN needs its END")]
    Unbalanced(String),
    /// A line without a colon.
    #[error("`{0}` is not a line of a calendar file: it must be NAME:VALUE")]
    NoColon(String),
    /// An event without a first date.
    #[error("the event has no DTSTART: give it a date, for example DTSTART;VALUE=DATE:20261225")]
    NoStart,
    /// A value that is no date.
    #[error("{name}: `{value}` is not a date: write it as YYYYMMDD, for example 20261225")]
    NotADate {
        /// The property.
        name: String,
        /// Its value.
        value: String,
    },
    /// A time of day where whole days are needed.
    #[error(
        "{name}: `{value}` has a time of day, and a holiday is a whole day: write {name};VALUE=DATE:YYYYMMDD"
    )]
    NotAWholeDay {
        /// The property.
        name: String,
        /// Its value.
        value: String,
    },
    /// A length that is not in days or weeks.
    #[error("DURATION: `{0}` is not a number of days: write for example P1D or P1W")]
    NotDays(String),
    /// The end lies before the beginning.
    #[error(
        "the event ends on {end}, before it starts on {start}; the end is the day after the last one"
    )]
    EndsBeforeStart {
        /// The first day.
        start: Date,
        /// The day after the last one.
        end: Date,
    },
    /// The event lasts more than [`MAX_DAYS`].
    #[error("the event lasts {0} days, and at most {MAX_DAYS} are read")]
    TooLong(i32),
    /// A recurrence that cannot be expanded.
    #[error(
        "RRULE: `{0}` cannot be read: write a yearly rule of INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, for example FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"
    )]
    Rule(String),
}
