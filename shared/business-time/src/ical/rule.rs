//! A yearly recurrence (RFC 5545, 3.3.10), as far as holidays need it.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use jiff::civil::{Date, Weekday};

/// `FREQ=YEARLY` with what may stand beside it.
#[derive(Default)]
pub(super) struct Rule {
    interval: i16,
    count: Option<usize>,
    until: Option<Date>,
    months: BTreeSet<i8>,
    month_days: BTreeSet<i8>,
    /// Weekdays, each with its number in the month or year: 4 is the fourth,
    /// −1 the last, `None` each of them.
    weekdays: Vec<(Option<i8>, Weekday)>,
}

impl Rule {
    /// `None` when the rule is not yearly or has a part that is not supported:
    /// a date that is only nearly right would be worse than an error.
    pub(super) fn parse(text: &str) -> Option<Rule> {
        let mut rule = Rule {
            interval: 1,
            ..Rule::default()
        };
        let mut yearly = false;
        for part in text.split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=')?;
            match name.to_ascii_uppercase().as_str() {
                "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY"),
                "INTERVAL" => rule.interval = value.parse().ok().filter(|&years| years > 0)?,
                "COUNT" => rule.count = Some(value.parse().ok()?),
                "UNTIL" => rule.until = Some(date_of(value.get(..8)?)?),
                "BYMONTH" => rule.months = numbers(value, 1..=12)?,
                "BYMONTHDAY" => rule.month_days = numbers(value, -31..=31)?,
                "BYDAY" => rule.weekdays = value.split(',').map(weekday).collect::<Option<_>>()?,
                // It only tells where a week starts, and no part here asks.
                "WKST" => {}
                _ => return None,
            }
        }
        yearly.then_some(rule)
    }

    /// The first days of the recurrences from `start` that can reach into
    /// `years`. The start counts as the first one (RFC 5545, 3.8.5.3).
    pub(super) fn dates(&self, start: Date, years: &RangeInclusive<i16>) -> Vec<Date> {
        let mut dates = vec![start];
        let mut year = start.year();
        if self.count.is_none() {
            // Nothing has to be counted, so the years long past can be skipped;
            // an event of the year before may last into the first one.
            let past = years.start().saturating_sub(year).saturating_sub(1).max(0);
            year += past - past % self.interval;
        }
        let last = *years.end();
        let enough = self.count.unwrap_or(usize::MAX);
        while year <= last && dates.len() < enough {
            let candidates = self.in_year(year, start);
            dates.extend(
                candidates
                    .into_iter()
                    .filter(|&date| date > start && self.until.is_none_or(|until| date <= until)),
            );
            if self.until.is_some_and(|until| until.year() <= year) {
                break;
            }
            match year.checked_add(self.interval) {
                Some(next) => year = next,
                None => break,
            }
        }
        dates.truncate(enough.max(1));
        dates
    }

    /// The dates of one year, in order.
    fn in_year(&self, year: i16, start: Date) -> Vec<Date> {
        if self.month_days.is_empty() && self.weekdays.is_empty() {
            let months = if self.months.is_empty() {
                BTreeSet::from([start.month()])
            } else {
                self.months.clone()
            };
            return months
                .into_iter()
                .filter_map(|month| Date::new(year, month, start.day()).ok())
                .collect();
        }
        let whole_year = Date::new(year, 1, 1).map(|first| first.series(jiff::Span::new().days(1)));
        let days = whole_year
            .into_iter()
            .flatten()
            .take_while(|date| date.year() == year);
        days.filter(|&date| self.fits(date)).collect()
    }

    fn fits(&self, date: Date) -> bool {
        let month = self.months.is_empty() || self.months.contains(&date.month());
        let from_end = date.day() - date.days_in_month() - 1;
        let day = self.month_days.is_empty()
            || self.month_days.contains(&date.day())
            || self.month_days.contains(&from_end);
        month
            && day
            && (self.weekdays.is_empty()
                || self
                    .weekdays
                    .iter()
                    .any(|wanted| self.is_weekday(date, *wanted)))
    }

    /// Whether `date` is the weekday with the number wanted: of its month if the
    /// rule names months, of its year otherwise.
    fn is_weekday(&self, date: Date, (number, weekday): (Option<i8>, Weekday)) -> bool {
        if date.weekday() != weekday {
            return false;
        }
        let (day, days) = if self.months.is_empty() && self.month_days.is_empty() {
            (date.day_of_year(), date.days_in_year())
        } else {
            (i16::from(date.day()), i16::from(date.days_in_month()))
        };
        match number.map(i16::from) {
            None => true,
            Some(number) if number > 0 => (day - 1) / 7 + 1 == number,
            Some(number) => (days - day) / 7 + 1 == -number,
        }
    }
}

/// The date of `YYYYMMDD`.
pub(super) fn date_of(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn numbers(text: &str, allowed: RangeInclusive<i8>) -> Option<BTreeSet<i8>> {
    let number = |word: &str| {
        word.trim()
            .parse::<i8>()
            .ok()
            .filter(|number| *number != 0 && allowed.contains(number))
    };
    text.split(',').map(number).collect()
}

/// `TH`, `4TH`, `+1MO`, `-1MO`.
fn weekday(text: &str) -> Option<(Option<i8>, Weekday)> {
    let text = text.trim();
    let (number, name) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let weekday = match name.to_ascii_uppercase().as_str() {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return None,
    };
    let number = match number.strip_prefix('+').unwrap_or(number) {
        "" => None,
        digits => Some(
            digits
                .parse::<i8>()
                .ok()
                .filter(|number| (1..=53).contains(&number.abs()))?,
        ),
    };
    Some((number, weekday))
}
