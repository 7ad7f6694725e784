use std::str::FromStr;

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};

use crate::instant::Typed;

/// A day or a time that somebody typed, not yet tied to anybody's clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A day, where the person is.
    Day(Date),
    /// A time, where the person is.
    Local(DateTime),
    /// An instant.
    Instant(Typed),
}

/// Which end of an absence is meant by a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edge {
    /// Its beginning.
    First,
    /// Its end: the day is away too.
    Last,
}

/// Why a text is no time of an absence, and how to write one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoTime(String);

impl std::fmt::Display for NoTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for NoTime {}

/// How many characters a day has: `2026-12-21`.
const DAY: usize = 10;

impl FromStr for When {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Self, NoTime> {
        let text = text.trim();
        if let Ok(instant) = text.parse::<Typed>() {
            return Ok(Self::Instant(instant));
        }
        let day = (text.len() == DAY).then(|| text.parse::<Date>());
        match (day, text.parse::<DateTime>()) {
            (Some(Ok(day)), _) => Ok(Self::Day(day)),
            (None, Ok(local)) => Ok(Self::Local(local)),
            _ => Err(NoTime(format!(
                "`{text}` is neither a day nor a time: write 2026-12-21, \"2026-12-21 13:00\" or now"
            ))),
        }
    }
}

impl When {
    /// The instant, where the person's zone and what the clock says are known.
    ///
    /// # Errors
    /// If that time is there twice or not at all where the person is, or out of range.
    pub fn resolve(
        &self,
        edge: Edge,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<Timestamp, NoTime> {
        let day = |day: Date| {
            let day = match edge {
                Edge::First => Ok(day),
                Edge::Last => day.tomorrow(),
            };
            let start = day.and_then(|day| day.to_zoned(zone.clone()));
            start.map(|start| start.timestamp())
        };
        match self {
            Self::Instant(typed) => Ok(typed.resolve(now).timestamp()),
            Self::Day(date) => day(*date).map_err(|_| NoTime(format!("{date} is out of range"))),
            Self::Local(local) => {
                let at = zone.to_ambiguous_zoned(*local).unambiguous();
                at.map(|at| at.timestamp()).map_err(|_| {
                    let zone = zone.iana_name().unwrap_or("their zone");
                    NoTime(format!(
                        "the clocks of {zone} are changed at {local}, so that time is there twice or not at all: \
                         write it with its offset from UTC, like 2026-10-25T02:30:00+02:00"
                    ))
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    fn at(text: &str, edge: Edge) -> Result<String, String> {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        let when: When = text.parse().map_err(|why: NoTime| why.to_string())?;
        let at = when.resolve(edge, &zone, Timestamp::UNIX_EPOCH);
        at.map(|at| at.to_string()).map_err(|why| why.to_string())
    }

    #[test]
    fn a_day_is_whole_and_where_the_person_is() {
        let (first, last) = (Edge::First, Edge::Last);
        for (text, edge, instant) in [
            ("2026-12-21", first, "2026-12-20T23:00:00Z"),
            ("2027-01-02", last, "2027-01-02T23:00:00Z"),
            // The day on which the clocks go back has 25 hours.
            ("2026-10-25", first, "2026-10-24T22:00:00Z"),
            ("2026-10-25", last, "2026-10-25T23:00:00Z"),
            ("2026-12-21 13:00", first, "2026-12-21T12:00:00Z"),
            ("2026-12-21T13:00", last, "2026-12-21T12:00:00Z"),
            ("2026-12-21T13:00:00Z", last, "2026-12-21T13:00:00Z"),
            (
                "2026-12-21 08:00 America/New_York",
                first,
                "2026-12-21T13:00:00Z",
            ),
            ("now", last, "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(at(text, edge).as_deref(), Ok(instant), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_says_how_to_write_one() {
        for text in [
            "tomorrow",
            "2026-13-21",
            "21.12.2026",
            "2026-12-21 25:00",
            "",
        ] {
            let error = at(text, Edge::First).unwrap_err();
            assert!(error.contains("write 2026-12-21"), "{text}: {error}");
        }
        let error = at("2026-10-25 02:30", Edge::First).unwrap_err();
        assert!(error.contains("twice or not at all"), "{error}");
    }
}
