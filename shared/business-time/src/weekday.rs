//! The days of the week, with the short names the model uses.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A day of the week, Monday first. Its text is the three-letter name in lower
/// case: `mon` … `sun`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl Weekday {
    /// All seven days, Monday first.
    pub const ALL: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];

    /// The days that `text` names: one (`fri`) or a range (`mon-thu`; `sat-mon`
    /// runs over the end of the week).
    ///
    /// # Errors
    /// [`WeekdayError`] when a name is not one of the seven.
    pub fn parse_range(text: &str) -> Result<Vec<Weekday>, WeekdayError> {
        let Some((first, last)) = text.split_once('-') else {
            return Ok(vec![text.parse()?]);
        };
        let (first, last) = (first.parse::<Weekday>()?, last.parse::<Weekday>()?);
        let mut days = vec![first];
        let mut day = first;
        while day != last {
            day = day.next();
            days.push(day);
        }
        Ok(days)
    }

    /// The day after this one; Monday follows Sunday.
    #[must_use]
    pub fn next(self) -> Weekday {
        Self::from_number(self as i64 + 1)
    }

    /// The short name: `mon`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Weekday::Mon => "mon",
            Weekday::Tue => "tue",
            Weekday::Wed => "wed",
            Weekday::Thu => "thu",
            Weekday::Fri => "fri",
            Weekday::Sat => "sat",
            Weekday::Sun => "sun",
        }
    }

    /// The full English name: `Monday`.
    #[must_use]
    pub fn full_name(self) -> &'static str {
        match self {
            Weekday::Mon => "Monday",
            Weekday::Tue => "Tuesday",
            Weekday::Wed => "Wednesday",
            Weekday::Thu => "Thursday",
            Weekday::Fri => "Friday",
            Weekday::Sat => "Saturday",
            Weekday::Sun => "Sunday",
        }
    }

    /// The weekday of a number that counts from Monday = 0, any integer.
    pub(crate) fn from_number(number: i64) -> Weekday {
        match number.rem_euclid(7) {
            0 => Weekday::Mon,
            1 => Weekday::Tue,
            2 => Weekday::Wed,
            3 => Weekday::Thu,
            4 => Weekday::Fri,
            5 => Weekday::Sat,
            _ => Weekday::Sun,
        }
    }

    /// The weekday of a day that counts from 1970-01-01 = 0, a Thursday.
    pub(crate) fn of_day(day: i64) -> Weekday {
        Self::from_number(day + 3)
    }
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Weekday {
    type Err = WeekdayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        Weekday::ALL
            .into_iter()
            .find(|day| day.as_str() == text)
            .ok_or_else(|| WeekdayError {
                text: text.to_owned(),
            })
    }
}

/// A text that names no day of the week.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "`{text}` is not a day of the week: write mon, tue, wed, thu, fri, sat or sun, or a range such as mon-fri"
)]
pub struct WeekdayError {
    /// The text as it was written.
    pub text: String,
}
