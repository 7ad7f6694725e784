//! The weeks, months and quarters of the past, where the company is.

use jiff::{
    Timestamp, ToSpan,
    civil::{Date, Time},
    tz::TimeZone,
};
use model::Period;

/// From when on, where the company is, the metrics may be counted again on a day on which no period begins.
pub(super) const RECOUNTED_FROM: Time = Time::constant(3, 0, 0, 0);

/// The group of what was created before the stretches that are told apart.
pub const EARLIER: &str = "before";

/// One stretch of the calendar: when it begins, and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// When it begins.
    pub from: Timestamp,
    /// Its name: `2026-W48`, `2026-11`, `2026-Q4`.
    pub name: String,
}

/// The last stretches up to an instant, the earliest first: 13 weeks, 12 months or 8 quarters.
#[must_use]
pub fn stretches(period: Period, now: Timestamp, zone: &TimeZone) -> Vec<Stretch> {
    let today = now.to_zoned(zone.clone()).date();
    let (count, back) = match period {
        Period::Week => (13, 1.week()),
        Period::Month => (12, 1.month()),
        Period::Quarter => (8, 3.months()),
    };
    let mut first = begin(period, today);
    let mut all = Vec::new();
    for _ in 0..count {
        if let Some(from) = first.and_then(|it| it.to_zoned(zone.clone()).ok()) {
            all.push(Stretch {
                from: from.timestamp(),
                name: name(period, from.date()),
            });
        }
        first = first.and_then(|it| it.checked_sub(back).ok());
    }
    all.reverse();
    all
}

/// The stretch in which an instant lies.
#[must_use]
pub(super) fn stretch_of(period: Period, at: Timestamp, zone: &TimeZone) -> String {
    let day = at.to_zoned(zone.clone()).date();
    begin(period, day).map_or_else(String::new, |first| name(period, first))
}

pub(super) fn begin(period: Period, day: Date) -> Option<Date> {
    match period {
        Period::Week => {
            let since = i64::from(day.weekday().to_monday_zero_offset());
            day.checked_sub(since.days()).ok()
        }
        Period::Month => Some(day.first_of_month()),
        Period::Quarter => Date::new(day.year(), (day.month() - 1) / 3 * 3 + 1, 1).ok(),
    }
}

/// The first day of the period behind one.
pub(super) fn next(period: Period, first: Date) -> Option<Date> {
    let length = match period {
        Period::Week => 1.week(),
        Period::Month => 1.month(),
        Period::Quarter => 3.months(),
    };
    first.checked_add(length).ok()
}

pub(super) fn name(period: Period, first: Date) -> String {
    let year = first.year();
    match period {
        Period::Week => {
            let week = first.iso_week_date();
            format!("{}-W{:02}", week.year(), week.week())
        }
        Period::Month => format!("{year}-{:02}", first.month()),
        Period::Quarter => format!("{year}-Q{}", (first.month() - 1) / 3 + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_begin_where_the_company_is() {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        let now = "2026-01-15T12:00:00Z".parse().expect("an instant");
        let all = |period| stretches(period, now, &zone);
        let first = |period| {
            all(period)
                .first()
                .map(|it| (it.name.clone(), it.from.to_string()))
        };
        let last = |period| {
            all(period)
                .last()
                .map(|it| (it.name.clone(), it.from.to_string()))
        };
        let is = |name: &str, at: &str| Some((name.to_owned(), at.to_owned()));
        assert_eq!(last(Period::Week), is("2026-W03", "2026-01-11T23:00:00Z"));
        assert_eq!(first(Period::Week), is("2025-W43", "2025-10-19T22:00:00Z"));
        assert_eq!(last(Period::Month), is("2026-01", "2025-12-31T23:00:00Z"));
        assert_eq!(first(Period::Month), is("2025-02", "2025-01-31T23:00:00Z"));
        assert_eq!(last(Period::Quarter), is("2026-Q1", "2025-12-31T23:00:00Z"));
        assert_eq!(
            first(Period::Quarter),
            is("2024-Q2", "2024-03-31T22:00:00Z")
        );
    }
}
