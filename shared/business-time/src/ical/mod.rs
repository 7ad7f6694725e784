//! Holidays from the text of a calendar file (iCalendar, RFC 5545).
//!
//! Reads what holiday files contain: events that last whole days, whose end date
//! is the day after the last one (RFC 5545, 3.6.1), and that may recur yearly,
//! with exceptions and additional dates. Anything else about a date is an error
//! with its line, never a date that is quietly left out. Cancelled events are
//! passed over, and so is all that is not an event.

mod event;
mod limits;
mod lines;
mod mistake;
mod rule;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use jiff::civil::Date;

use event::Event;
use lines::Line;

pub use limits::{MAX_BYTES, MAX_DATES, MAX_DAYS, MAX_EVENTS};
pub use mistake::{IcalError, IcalProblem};

/// After so many mistakes reading ends.
const MAX_ERRORS: usize = 20;

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
            let part = open.pop();
            if part.is_none_or(|(part, _)| !part.eq_ignore_ascii_case(line.value)) {
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
    let open = open.pop().filter(|_| errors.is_empty());
    errors.extend(unfinished(text, open, last));
    if errors.is_empty() {
        Ok(events)
    } else {
        Err(errors)
    }
}

/// What is wrong with a text at its end: a part of it is still open, or there is nothing in it.
fn unfinished(text: &str, open: Option<(String, usize)>, last: usize) -> Option<IcalError> {
    if let Some((part, line)) = open {
        let problem = IcalProblem::Unbalanced(format!("BEGIN:{part}"));
        return Some(IcalError { line, problem });
    }
    let problem = IcalProblem::NoCalendar;
    text.trim().is_empty().then_some(IcalError {
        line: last,
        problem,
    })
}

#[cfg(test)]
mod tests;
