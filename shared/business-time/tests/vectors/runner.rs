//! Runs cases of business time written as JSON lines: one object a line, with a
//! calendar, an operation and the expected answer. Shared by the test and by
//! the example of the same name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use business_time::{Calendar, CalendarSpec, Direction, Hours, TimeOfDay, Weekday};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Deserialize;

/// What happened to one line.
pub enum Outcome {
    /// The answer is the expected one.
    Passed,
    /// It is not, or there is none: `id expected got`.
    Failed {
        /// The case's name, or the number of its line.
        id: String,
        /// The expected answer as it was written.
        expected: String,
        /// Our answer, or why there is none.
        got: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Passed => f.write_str("passed"),
            Outcome::Failed { id, expected, got } => write!(f, "{id} {expected} {got}"),
        }
    }
}

#[derive(Deserialize)]
struct Case {
    id: String,
    calendar: CaseCalendar,
    op: String,
    start: Timestamp,
    end: Option<Timestamp>,
    amount_seconds: Option<i64>,
    direction: Option<String>,
    expected: serde_json::Value,
}

type Pair = (TimeOfDay, TimeOfDay);

#[derive(Deserialize)]
struct CaseCalendar {
    tz: String,
    #[serde(default)]
    hours: BTreeMap<Weekday, Vec<Pair>>,
    #[serde(default)]
    holidays: BTreeSet<Date>,
    #[serde(default)]
    date_hours: BTreeMap<Date, Vec<Pair>>,
    /// Breaks of a date, or of a weekday.
    #[serde(default)]
    breaks: BTreeMap<String, Vec<Pair>>,
}

/// The outcome of every line that is not empty, in order.
pub fn run(text: &str) -> Vec<Outcome> {
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(number, line)| run_line(number + 1, line))
        .collect()
}

fn run_line(number: usize, line: &str) -> Outcome {
    let case: Case = match serde_json::from_str(line) {
        Ok(case) => case,
        Err(error) => {
            let (expected, got) = ("a case".to_owned(), format!("line {number}: {error}"));
            return Outcome::Failed {
                id: format!("line-{number}"),
                expected,
                got,
            };
        }
    };
    let expected = match &case.expected {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let (passed, got) = match answer(&case) {
        Ok(Answer::Instant(got)) => (
            expected
                .parse::<Timestamp>()
                .is_ok_and(|expected| expected == got),
            got.to_string(),
        ),
        Ok(Answer::Seconds(got)) => (case.expected.as_i64() == Some(got), got.to_string()),
        Ok(Answer::Open(got)) => (case.expected.as_bool() == Some(got), got.to_string()),
        Err(message) => (false, format!("error: {message}")),
    };
    if passed {
        Outcome::Passed
    } else {
        Outcome::Failed {
            id: case.id,
            expected,
            got,
        }
    }
}

enum Answer {
    Instant(Timestamp),
    Seconds(i64),
    Open(bool),
}

fn answer(case: &Case) -> Result<Answer, String> {
    let spec = spec(&case.calendar)?;
    let calendar = Calendar::compile(&spec, case.start).map_err(|error| error.to_string())?;
    match case.op.as_str() {
        "is_open" => Ok(Answer::Open(calendar.is_open(case.start))),
        "elapsed" => {
            let end = case.end.ok_or("elapsed needs `end`")?;
            Ok(Answer::Seconds(calendar.elapsed(case.start, end)))
        }
        "add" => {
            let seconds = case.amount_seconds.ok_or("add needs `amount_seconds`")?;
            let backward = case.direction.as_deref() == Some("backward");
            let end = match (seconds, backward) {
                (0, true) => calendar.roll(case.start, Direction::Backward),
                _ => calendar.add(case.start, seconds),
            };
            end.map(Answer::Instant).map_err(|error| error.to_string())
        }
        other => Err(format!(
            "`{other}` is not an operation: write add, elapsed or is_open"
        )),
    }
}

fn spec(calendar: &CaseCalendar) -> Result<CalendarSpec, String> {
    let mut spec = CalendarSpec {
        time_zone: calendar.tz.clone(),
        hours: calendar
            .hours
            .iter()
            .map(|(&day, pairs)| (day, hours(pairs)))
            .collect(),
        on_dates: calendar
            .date_hours
            .iter()
            .map(|(&date, pairs)| (date, hours(pairs)))
            .collect(),
        holidays: calendar.holidays.clone(),
        ..CalendarSpec::default()
    };
    for (when, pairs) in &calendar.breaks {
        if let Ok(day) = when.parse::<Weekday>() {
            spec.breaks.insert(day, hours(pairs));
        } else {
            let date = when
                .parse::<Date>()
                .map_err(|error| format!("breaks, `{when}`: {error}"))?;
            spec.breaks_on.insert(date, hours(pairs));
        }
    }
    Ok(spec)
}

fn hours(pairs: &[Pair]) -> Vec<Hours> {
    pairs
        .iter()
        .map(|&(start, end)| Hours::new(start, end))
        .collect()
}
