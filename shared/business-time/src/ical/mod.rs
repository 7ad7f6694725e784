//! Holidays from the text of a calendar file (iCalendar, RFC 5545).
//!
//! Reads what holiday files contain: events that last whole days, whose end date
//! is the day after the last one (RFC 5545, 3.6.1), and that may recur yearly,
//! with exceptions and additional dates. Anything else about a date is an error
//! with its line, never a date that is quietly left out. Cancelled events are
//! passed over, and so is all that is not an event.

mod event;
mod lines;
mod rule;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use event::Event;
use lines::Line;

/// The largest text that is read, in bytes.
pub const MAX_BYTES: usize = 1 << 20;
/// The most events that are read.
pub const MAX_EVENTS: usize = 10_000;
/// The most days one event may last.
pub const MAX_DAYS: i32 = 366;
/// The most holidays that are given.
pub const MAX_DATES: usize = 50_000;
/// After so many mistakes reading ends.
const MAX_ERRORS: usize = 20;

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

/// The holidays of a calendar file in `years`, each with what its events are
/// called, joined by a comma where several fall on one date.
///
/// # Errors
/// Every mistake of the file, up to twenty, in the order of its lines.
pub fn holidays(
    text: &str,
    years: RangeInclusive<i16>,
) -> Result<BTreeMap<Date, String>, Vec<IcalError>> {
    if text.len() > MAX_BYTES {
        return Err(vec![IcalError {
            line: 1,
            problem: IcalProblem::TooLarge(text.len()),
        }]);
    }
    let events = events(text)?;
    let mut holidays = BTreeMap::<Date, String>::new();
    let (mut errors, mut replaced) = (Vec::new(), BTreeMap::<&str, BTreeSet<Date>>::new());
    for event in &events {
        if let (Some(uid), Some(date)) = (&event.uid, event.replaces) {
            replaced.entry(uid).or_default().insert(date);
        }
    }
    for event in events.iter().filter(|event| !event.cancelled) {
        let elsewhere = event
            .uid
            .as_deref()
            .filter(|_| event.replaces.is_none())
            .and_then(|uid| replaced.get(uid));
        match event.dates(&years, elsewhere) {
            Ok(dates) => dates
                .into_iter()
                .for_each(|date| name(&mut holidays, date, &event.summary)),
            Err(error) => errors.push(error),
        }
        if holidays.len() > MAX_DATES {
            errors.push(IcalError {
                line: event.line,
                problem: IcalProblem::TooManyDates,
            });
        }
        if errors.len() >= MAX_ERRORS || holidays.len() > MAX_DATES {
            break;
        }
    }
    if errors.is_empty() {
        Ok(holidays)
    } else {
        Err(errors)
    }
}

fn name(holidays: &mut BTreeMap<Date, String>, date: Date, summary: &str) {
    let names = holidays.entry(date).or_default();
    if !names.split(", ").any(|name| name == summary) {
        if !names.is_empty() {
            names.push_str(", ");
        }
        names.push_str(summary);
    }
}

/// All events of the text, in order.
fn events(text: &str) -> Result<Vec<Event>, Vec<IcalError>> {
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    let mut open: Vec<(String, usize)> = Vec::new();
    let mut current: Option<Event> = None;
    let mut last = 1;
    for line in lines::unfold(text) {
        last = line.number;
        let Some(line) = Line::parse(&line) else {
            errors.push(IcalError {
                line: last,
                problem: IcalProblem::NoColon(line.text.chars().take(60).collect()),
            });
            continue;
        };
        if open.is_empty() && !line.is("BEGIN", "VCALENDAR") {
            errors.push(line.error(IcalProblem::NoCalendar));
            break;
        }
        if line.name == "BEGIN" {
            open.push((line.value.to_ascii_uppercase(), line.number));
            if line.is("BEGIN", "VEVENT") && current.is_none() {
                current = Some(Event::at(line.number));
            }
        } else if line.name == "END" {
            if open
                .pop()
                .is_none_or(|(part, _)| !part.eq_ignore_ascii_case(line.value))
            {
                errors.push(line.error(IcalProblem::Unbalanced(format!("END:{}", line.value))));
                break;
            }
            if line.is("END", "VEVENT") {
                events.extend(current.take());
            }
        } else if let (Some(event), Some((part, _))) = (&mut current, open.last()) {
            // An alarm inside an event has properties of its own.
            if part == "VEVENT"
                && let Err(error) = event.read(&line)
            {
                errors.push(error);
            }
        }
        if events.len() > MAX_EVENTS {
            errors.push(line.error(IcalProblem::TooManyEvents));
        }
        if errors.len() >= MAX_ERRORS || events.len() > MAX_EVENTS {
            return Err(errors);
        }
    }
    if let (Some((part, number)), true) = (open.pop(), errors.is_empty()) {
        errors.push(IcalError {
            line: number,
            problem: IcalProblem::Unbalanced(format!("BEGIN:{part}")),
        });
    } else if text.trim().is_empty() {
        errors.push(IcalError {
            line: last,
            problem: IcalProblem::NoCalendar,
        });
    }
    if errors.is_empty() {
        Ok(events)
    } else {
        Err(errors)
    }
}

#[cfg(test)]
mod tests;
