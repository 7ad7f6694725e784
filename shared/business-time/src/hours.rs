//! Times of day and the intervals between them, as people write them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Seconds in a day of the wall clock.
pub(crate) const DAY: i64 = 86_400;

/// A time of the wall clock, to the second: `00:00` … `24:00`, written `HH:MM`
/// or `HH:MM:SS`. `24:00` is the end of the day and only ever an end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// The beginning of a day.
    pub const MIDNIGHT: TimeOfDay = TimeOfDay(0);
    /// The end of a day, `24:00`.
    pub const END_OF_DAY: TimeOfDay = TimeOfDay(86_400);

    /// The time `seconds` after midnight, 0 to 86,400; `None` beyond.
    #[must_use]
    pub fn from_seconds(seconds: u32) -> Option<TimeOfDay> {
        (seconds <= 86_400).then_some(TimeOfDay(seconds))
    }

    /// Seconds after midnight, 0 to 86,400.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = (self.0 / 3600, self.0 / 60 % 60, self.0 % 60);
        write!(f, "{hour:02}:{minute:02}")?;
        if second > 0 {
            write!(f, ":{second:02}")?;
        }
        Ok(())
    }
}

impl FromStr for TimeOfDay {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || HoursError::Time {
            text: text.to_owned(),
        };
        let mut parts = text.split(':');
        let mut part = |missing: Option<u32>| match parts.next() {
            None => missing.ok_or_else(wrong),
            Some(digits) if digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit()) => {
                digits.parse::<u32>().map_err(|_| wrong())
            }
            Some(_) => Err(wrong()),
        };
        let (hour, minute, second) = (part(None)?, part(None)?, part(Some(0))?);
        if parts.next().is_some() || hour > 24 || minute > 59 || second > 59 {
            return Err(wrong());
        }
        TimeOfDay::from_seconds(hour * 3600 + minute * 60 + second).ok_or_else(wrong)
    }
}

/// An interval of a day: from `start`, which belongs to it, to `end`, which
/// does not. An end that is not after the start lies on the next day, so
/// `22:00-06:00` runs over midnight and `00:00-00:00` is a whole day.
/// Written `09:00-12:30`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hours {
    /// The first second of the interval.
    pub start: TimeOfDay,
    /// The second after the last one.
    pub end: TimeOfDay,
}

impl Hours {
    /// The interval from `start` to `end`.
    #[must_use]
    pub fn new(start: TimeOfDay, end: TimeOfDay) -> Hours {
        Hours { start, end }
    }

    /// The interval in seconds after midnight of the day it starts on: the end
    /// is beyond 86,400 when it runs over midnight.
    pub(crate) fn span(self) -> (i64, i64) {
        let (start, end) = (i64::from(self.start.0), i64::from(self.end.0));
        (start, if end > start { end } else { end + DAY })
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

impl FromStr for Hours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (start, end) = text.split_once('-').ok_or_else(|| HoursError::Interval {
            text: text.to_owned(),
        })?;
        Ok(Hours::new(start.trim().parse()?, end.trim().parse()?))
    }
}

/// A text that is no time of day or no interval.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HoursError {
    /// Not a time of the wall clock.
    #[error(
        "`{text}` is not a time of day: write HH:MM or HH:MM:SS from 00:00 to 24:00, for example 09:00"
    )]
    Time {
        /// The text as it was written.
        text: String,
    },
    /// Not two times with a hyphen between them.
    #[error("`{text}` is not an interval: write two times with a hyphen, for example 09:00-12:30")]
    Interval {
        /// The text as it was written.
        text: String,
    },
}

impl Serialize for TimeOfDay {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for TimeOfDay {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}
