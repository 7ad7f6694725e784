//! Days and times as exports write them.

use jiff::{
    Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

use crate::layout::DateOrder;

/// A day, perhaps with a time of day, perhaps with an offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    day: Date,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Moment {
    /// The instant; of a day without a time, when it begins in this zone. None if the clocks were changed then.
    pub(crate) fn at(&self, zone: &TimeZone) -> Option<Timestamp> {
        let civil = DateTime::from_parts(self.day, self.time.unwrap_or(Time::midnight()));
        match (self.offset, self.time) {
            (Some(offset), _) => offset.to_timestamp(civil).ok(),
            (None, Some(_)) => {
                let there = zone.to_ambiguous_zoned(civil);
                there.unambiguous().ok().map(|it| it.timestamp())
            }
            (None, None) => Some(self.day.to_zoned(zone.clone()).ok()?.timestamp()),
        }
    }
}

/// The day of a text, as it is written there.
pub(crate) fn day(text: &str, order: DateOrder) -> Option<Date> {
    moment(text, order).map(|it| it.day)
}

/// A day with or without a time: `2026-12-31`, `31.12.2026 14:30`, `12/31/2026 2:30 PM`, `2026-12-31T14:30:00Z`,
/// `2026-12-31 14:30:00+01:00`. None for every other text.
pub(crate) fn moment(text: &str, order: DateOrder) -> Option<Moment> {
    let (day, rest) = day_and_rest(text, order)?;
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    if rest.is_empty() {
        // `2026-12-31T` is cut off.
        return (!text.ends_with(['T', 't', ','])).then_some(Moment {
            day,
            time: None,
            offset: None,
        });
    }
    let (clock, offset) = offset_of(rest)?;
    Some(Moment {
        day,
        time: Some(time(clock)?),
        offset,
    })
}

fn day_and_rest(text: &str, order: DateOrder) -> Option<(Date, &str)> {
    let (first, mark, rest) = number_and_mark(text)?;
    let (second, again, rest) = number_and_mark(rest)?;
    if mark != again {
        return None;
    }
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let (third, rest) = rest.split_at_checked(end)?;
    let (year, month, day) = match order {
        _ if first.len() == 4 => (first, second, third),
        DateOrder::YearFirst => return None,
        DateOrder::DayFirst => (third, second, first),
        DateOrder::MonthFirst => (third, first, second),
    };
    let short = |it: &str| (1..=2).contains(&it.len());
    if !short(month) || !short(day) {
        return None;
    }
    let year: i16 = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    let date = Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some((date, rest))
}

/// The digits at the beginning, the mark behind them, and what follows.
fn number_and_mark(text: &str) -> Option<(&str, u8, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at_checked(end)?;
    let mark = rest
        .bytes()
        .next()
        .filter(|it| matches!(it, b'-' | b'.' | b'/'))?;
    Some((number, mark, rest.get(1..)?))
}

/// What stands before an offset, and the offset if there is one.
fn offset_of(text: &str) -> Option<(&str, Option<Offset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock.trim_end(), Some(Offset::UTC)));
    }
    if let Some(clock) = text
        .strip_suffix("UTC")
        .or_else(|| text.strip_suffix("GMT"))
    {
        return Some((clock.trim_end(), Some(Offset::UTC)));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, written) = text.split_at_checked(at)?;
    let sign = if written.starts_with('-') { -1 } else { 1 };
    let digits = written.get(1..)?.replace(':', "");
    if !digits.bytes().all(|it| it.is_ascii_digit()) || !(digits.len() == 2 || digits.len() == 4) {
        return None;
    }
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits
        .get(2..)
        .filter(|it| !it.is_empty())
        .unwrap_or("0")
        .parse()
        .ok()?;
    let offset = Offset::from_seconds(sign * (hours * 3_600 + minutes * 60)).ok()?;
    Some((clock.trim_end(), Some(offset)))
}

/// `14:30`, `14:30:05`, `14:30:05.123`, `2:30 PM`.
fn time(text: &str) -> Option<Time> {
    let upper = text.to_ascii_uppercase();
    let (clock, half) = match upper.strip_suffix("AM") {
        Some(clock) => (clock, Some(0)),
        None => match upper.strip_suffix("PM") {
            Some(clock) => (clock, Some(12)),
            None => (upper.as_str(), None),
        },
    };
    let mut parts = clock.trim_end().split(':');
    let number = |part: Option<&str>| -> Option<i8> {
        part.filter(|it| (1..=2).contains(&it.len()))?.parse().ok()
    };
    let hour = number(parts.next())?;
    let minute = number(parts.next())?;
    let (second, fraction) = match parts.next() {
        None => (0, 0),
        Some(last) => {
            let (second, fraction) = last.split_once('.').unwrap_or((last, ""));
            (number(Some(second))?, nanoseconds(fraction)?)
        }
    };
    if parts.next().is_some() {
        return None;
    }
    let hour = match half {
        None => hour,
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
    };
    Time::new(hour, minute, second, fraction).ok()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    if fraction.len() > 9 || !fraction.bytes().all(|it| it.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<9}").parse().ok()
}

/// The seconds since 1970 of a text like `2026-12-31T14:30:05Z`, with a fraction or not; none for every other,
/// which [`moment`] reads. It is there for speed and says what [`moment`] says.
pub(crate) fn in_utc(text: &[u8]) -> Option<(i64, i32)> {
    let (head, rest) = text.split_at_checked(19)?;
    let fraction = rest.strip_suffix(b"Z")?;
    let number = |range: std::ops::Range<usize>| -> Option<i64> {
        let digits = head.get(range)?;
        digits.iter().try_fold(0, |all, byte| {
            byte.is_ascii_digit()
                .then(|| all * 10 + i64::from(byte - b'0'))
        })
    };
    let mark = |at: usize, mark: u8| head.get(at) == Some(&mark);
    if !(mark(4, b'-') && mark(7, b'-') && mark(13, b':') && mark(16, b':')) {
        return None;
    }
    if !mark(10, b'T') && !mark(10, b' ') {
        return None;
    }
    let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
    let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
    let days = days_of(year, month)?;
    if !(1..=days).contains(&day) || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanoseconds = match fraction.strip_prefix(b".") {
        Some(digits) if !digits.is_empty() => nanoseconds(std::str::from_utf8(digits).ok()?)?,
        Some(_) => return None,
        None if fraction.is_empty() => 0,
        None => return None,
    };
    let seconds = days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
    Some((seconds, nanoseconds))
}

/// How many days a month has; none if there is no such month.
const fn days_of(year: i64, month: i64) -> Option<i64> {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => Some(29),
        2 => Some(28),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

/// By Howard Hinnant's way of counting, in which a year begins in March; for years from 0 on.
const fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, order: DateOrder) -> Option<String> {
        let zone = TimeZone::get("Europe/Berlin").expect("a zone");
        Some(moment(text, order)?.at(&zone)?.to_string())
    }

    #[test]
    fn a_time_is_read_as_its_file_writes_it() {
        use DateOrder::{DayFirst, MonthFirst, YearFirst};
        for (text, order, is) in [
            ("2026-12-31", YearFirst, Some("2026-12-30T23:00:00Z")),
            ("2026-12-31", DayFirst, Some("2026-12-30T23:00:00Z")),
            ("31.12.2026", DayFirst, Some("2026-12-30T23:00:00Z")),
            ("31.12.26 14:30", DayFirst, Some("2026-12-31T13:30:00Z")),
            ("1/2/2026", DayFirst, Some("2026-01-31T23:00:00Z")),
            ("1/2/2026", MonthFirst, Some("2026-01-01T23:00:00Z")),
            (
                "12/31/2026 2:30 PM",
                MonthFirst,
                Some("2026-12-31T13:30:00Z"),
            ),
            (
                "12/31/2026, 12:00:05 am",
                MonthFirst,
                Some("2026-12-30T23:00:05Z"),
            ),
            (
                "2026-12-31T14:30:00Z",
                YearFirst,
                Some("2026-12-31T14:30:00Z"),
            ),
            (
                "2026-12-31 14:30:00.5+01:00",
                YearFirst,
                Some("2026-12-31T13:30:00.5Z"),
            ),
            (
                "2026-12-31 14:30 UTC",
                YearFirst,
                Some("2026-12-31T14:30:00Z"),
            ),
            ("2026-10-25 02:30", YearFirst, None),
            ("31.12.2026", YearFirst, None),
            ("12/31/2026", DayFirst, None),
            ("2026-02-30", YearFirst, None),
            ("2026-12-31T", YearFirst, None),
            ("2026-12-31T25:00", YearFirst, None),
            ("31.12-2026", DayFirst, None),
            ("13:30 PM", DayFirst, None),
            ("soon", YearFirst, None),
        ] {
            assert_eq!(read(text, order).as_deref(), is, "{text}");
        }
    }

    #[test]
    fn the_quick_way_says_what_the_other_says() {
        for text in [
            "2026-11-26T09:30:00Z",
            "2024-02-28T23:59:59Z",
            "1969-12-28T00:00:01Z",
            "2000-03-01T00:00:00.125Z",
            "0400-01-01 00:00:00Z",
            "2024-02-29T00:00:00Z",
            "2000-02-29T12:00:00Z",
            "2026-12-31T23:59:59.999999999Z",
        ] {
            let (seconds, nanoseconds) = in_utc(text.as_bytes()).expect(text);
            let quick = Timestamp::new(seconds, nanoseconds).expect(text);
            let slow = moment(text, DateOrder::YearFirst).expect(text);
            assert_eq!(Some(quick), slow.at(&TimeZone::UTC), "{text}");
        }
        for text in [
            "2026-11-26T09:30:00",
            "2026-11-26T09:60:00Z",
            "2026-11-26T09:30:00.Z",
            "2026-02-29T09:30:00Z",
            "1900-02-29T09:30:00Z",
            "2026-11-31T09:30:00Z",
            "2026-13-01T09:30:00Z",
        ] {
            assert_eq!(in_utc(text.as_bytes()), None, "{text}");
        }
    }
}
