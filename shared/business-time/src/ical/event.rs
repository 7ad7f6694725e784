//! One event of a calendar file: from its lines to its dates.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::Span;
use jiff::civil::Date;

use super::limits::MAX_DAYS;
use super::lines::{Line, unescaped};
use super::mistake::{IcalError, IcalProblem};
use super::rule::Rule;

/// What is read of an event. Each date keeps the line it comes from.
#[derive(Default)]
pub(super) struct Event {
    /// The line on which it begins.
    pub(super) line: usize,
    pub(super) uid: Option<String>,
    pub(super) summary: String,
    pub(super) cancelled: bool,
    /// The date of a recurring event in whose place this one stands.
    pub(super) replaces: Option<Date>,
    start: Option<Date>,
    end: Option<Date>,
    days: Option<i32>,
    rules: Vec<Rule>,
    extra: Vec<Date>,
    except: BTreeSet<Date>,
}

impl Event {
    /// An event that begins on that line.
    pub(super) fn at(line: usize) -> Event {
        Event {
            line,
            ..Event::default()
        }
    }

    /// Takes in one line of the event.
    pub(super) fn read(&mut self, line: &Line) -> Result<(), IcalError> {
        match line.name.as_str() {
            "DTSTART" => self.start = Some(date(line, line.value)?),
            "DTEND" => self.end = Some(date(line, line.value)?),
            "DURATION" => self.days = Some(days(line)?),
            "RECURRENCE-ID" => self.replaces = Some(date(line, line.value)?),
            "RRULE" => {
                let unreadable = || line.error(IcalProblem::Rule(line.value.to_owned()));
                self.rules
                    .push(Rule::parse(line.value).ok_or_else(unreadable)?);
            }
            "EXRULE" => return Err(line.error(IcalProblem::Rule(line.value.to_owned()))),
            "RDATE" => self.extra.extend(dates(line)?),
            "EXDATE" => self.except.extend(dates(line)?),
            "SUMMARY" => self.summary = unescaped(line.value),
            "UID" => self.uid = Some(line.value.to_owned()),
            "STATUS" => self.cancelled = line.value.eq_ignore_ascii_case("CANCELLED"),
            _ => {}
        }
        Ok(())
    }

    /// The dates of the event in `years`, without those that other events of
    /// the file replace.
    pub(super) fn dates(
        &self,
        years: &RangeInclusive<i16>,
        replaced: Option<&BTreeSet<Date>>,
    ) -> Result<BTreeSet<Date>, IcalError> {
        let error = |problem| IcalError {
            line: self.line,
            problem,
        };
        let start = self.start.ok_or_else(|| error(IcalProblem::NoStart))?;
        let length = self.length(start).map_err(error)?;
        let mut firsts = BTreeSet::from([start]);
        firsts.extend(&self.extra);
        for rule in &self.rules {
            firsts.extend(rule.dates(start, years));
        }
        let gone = |date: &Date| {
            self.except.contains(date) || replaced.is_some_and(|dates| dates.contains(date))
        };
        let mut all = BTreeSet::new();
        for first in firsts.into_iter().filter(|date| !gone(date)) {
            for day in 0..length {
                match first.checked_add(Span::new().days(day)) {
                    Ok(date) if years.contains(&date.year()) => all.insert(date),
                    _ => false,
                };
            }
        }
        Ok(all)
    }

    /// How many days it lasts: until the day before its end, or one.
    fn length(&self, start: Date) -> Result<i32, IcalProblem> {
        let days = match (self.end, self.days) {
            // Some programs write the same date twice for a single day.
            (Some(end), _) if end == start => 1,
            (Some(end), _) if end < start => {
                return Err(IcalProblem::EndsBeforeStart { start, end });
            }
            (Some(end), _) => {
                i32::try_from(end.duration_since(start).as_hours() / 24).unwrap_or(i32::MAX)
            }
            (None, Some(days)) => days,
            (None, None) => 1,
        };
        if days > MAX_DAYS {
            Err(IcalProblem::TooLong(days))
        } else {
            Ok(days)
        }
    }
}

/// A date: `20261225`, or midnight of it, as some programs write a whole day.
fn date(line: &Line, value: &str) -> Result<Date, IcalError> {
    let wrong = || {
        line.error(IcalProblem::NotADate {
            name: line.name.clone(),
            value: value.to_owned(),
        })
    };
    let (day, time) = value
        .split_once(['T', 't'])
        .map_or((value, None), |(day, time)| (day, Some(time)));
    let parsed = super::rule::date_of(day).ok_or_else(wrong)?;
    match time {
        None | Some("000000") => Ok(parsed),
        Some(_) => Err(line.error(IcalProblem::NotAWholeDay {
            name: line.name.clone(),
            value: value.to_owned(),
        })),
    }
}

fn dates(line: &Line) -> Result<Vec<Date>, IcalError> {
    line.value
        .split(',')
        .map(|value| date(line, value.trim()))
        .collect()
}

/// A length in whole days: `P1D`, `P2W`.
fn days(line: &Line) -> Result<i32, IcalError> {
    let text = line.value.to_ascii_uppercase();
    let number = |unit: char, times: i32| {
        let digits = text.strip_prefix('P')?.strip_suffix(unit)?;
        let count = digits.parse::<u16>().ok().filter(|&count| count > 0)?;
        Some(i32::from(count) * times)
    };
    let days = number('D', 1).or_else(|| number('W', 7));
    days.ok_or_else(|| line.error(IcalProblem::NotDays(line.value.to_owned())))
}
