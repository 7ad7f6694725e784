//! Lengths of time as the model writes them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A length of time: of business time, of working days, or of the wall clock.
///
/// Texts: `4 business hours`, `30 business minutes`, `2 business days`, and
/// `30d`, `24h`, `90m`, `45s` for time that passes whether anybody works or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BusinessAmount {
    /// Seconds of open time of the calendar in use.
    Business(i64),
    /// Working days of the calendar in use, to the same hour.
    BusinessDays(i64),
    /// Seconds that really pass; a day is 86,400 of them.
    Wall(i64),
}

/// The largest count a text may carry: in seconds about three thousand years of
/// days, so no later sum can overflow.
const MAX_COUNT: i64 = 1_000_000;

impl BusinessAmount {
    /// `count` business hours.
    #[must_use]
    pub fn hours(count: u32) -> BusinessAmount {
        BusinessAmount::Business(i64::from(count) * 3600)
    }

    /// `count` business minutes.
    #[must_use]
    pub fn minutes(count: u32) -> BusinessAmount {
        BusinessAmount::Business(i64::from(count) * 60)
    }

    /// `count` business days.
    #[must_use]
    pub fn days(count: u32) -> BusinessAmount {
        BusinessAmount::BusinessDays(i64::from(count))
    }

    /// Whether a calendar is needed to know when this amount is over.
    #[must_use]
    pub fn needs_calendar(self) -> bool {
        !matches!(self, BusinessAmount::Wall(_))
    }
}

impl fmt::Display for BusinessAmount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            BusinessAmount::Business(seconds) => {
                let (count, unit) = largest(seconds, &[(3600, "hour"), (60, "minute")]);
                write!(f, "{count} business {unit}{}", plural(count))
            }
            BusinessAmount::BusinessDays(count) => {
                write!(f, "{count} business day{}", plural(count))
            }
            // `24h` and `48h` are how people write them; a week is `7d`.
            BusinessAmount::Wall(seconds) if seconds.unsigned_abs() <= 2 * 86_400 => {
                let (count, unit) = largest(seconds, &[(3600, "h"), (60, "m")]);
                write!(f, "{count}{}", unit.get(..1).unwrap_or(unit))
            }
            BusinessAmount::Wall(seconds) => {
                let (count, unit) = largest(seconds, &[(86_400, "d"), (3600, "h"), (60, "m")]);
                write!(f, "{count}{}", unit.get(..1).unwrap_or(unit))
            }
        }
    }
}

/// The count in the largest of `units` that divides `seconds`, or in seconds.
fn largest(seconds: i64, units: &[(i64, &'static str)]) -> (i64, &'static str) {
    let fits = |&&(size, _): &&(i64, &str)| seconds != 0 && seconds % size == 0;
    match units.iter().find(fits) {
        Some(&(size, unit)) => (seconds / size, unit),
        None => (seconds, "second"),
    }
}

fn plural(count: i64) -> &'static str {
    if count == 1 { "" } else { "s" }
}

impl FromStr for BusinessAmount {
    type Err = AmountError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = |problem| AmountError {
            text: text.to_owned(),
            problem,
        };
        let trimmed = text.trim();
        let digits = trimmed.bytes().take_while(u8::is_ascii_digit).count();
        let (count, unit) = trimmed.split_at(digits);
        if count.is_empty() {
            return Err(fail(AmountProblem::NoCount));
        }
        if unit.starts_with(['.', ',']) {
            return Err(fail(AmountProblem::Fraction));
        }
        let count: i64 = count.parse().map_err(|_| fail(AmountProblem::TooLarge))?;
        let mut words = unit.split_whitespace();
        let amount = match (words.next(), words.next(), words.next()) {
            (Some("business"), Some(unit), None) => match unit {
                "hour" | "hours" => BusinessAmount::Business(count.saturating_mul(3600)),
                "minute" | "minutes" => BusinessAmount::Business(count.saturating_mul(60)),
                "second" | "seconds" => BusinessAmount::Business(count),
                "day" | "days" => BusinessAmount::BusinessDays(count),
                _ => return Err(fail(AmountProblem::Unit)),
            },
            (Some(unit), None, None) => match unit {
                "d" => BusinessAmount::Wall(count.saturating_mul(86_400)),
                "h" => BusinessAmount::Wall(count.saturating_mul(3600)),
                "m" => BusinessAmount::Wall(count.saturating_mul(60)),
                "s" => BusinessAmount::Wall(count),
                _ => return Err(fail(AmountProblem::Unit)),
            },
            _ => return Err(fail(AmountProblem::Unit)),
        };
        if count == 0 {
            return Err(fail(AmountProblem::Zero));
        }
        if count > MAX_COUNT {
            return Err(fail(AmountProblem::TooLarge));
        }
        Ok(amount)
    }
}

/// A text that is no length of time.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error(
    "`{text}` is not a length of time: {problem}; write for example `4 business hours`, `30 business minutes`, `2 business days`, or `24h`, `30d`, `90m` for time that passes day and night"
)]
pub struct AmountError {
    /// The text as it was written.
    pub text: String,
    /// What is wrong with it.
    pub problem: AmountProblem,
}

/// What is wrong with the text of a length of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum AmountProblem {
    /// It does not begin with a number.
    #[error("it does not begin with a number")]
    NoCount,
    /// The number is not whole.
    #[error("the number is not whole, use a smaller unit")]
    Fraction,
    /// The number is zero.
    #[error("it is nothing at all")]
    Zero,
    /// The number is beyond a million.
    #[error("the number is larger than 1000000")]
    TooLarge,
    /// The unit is missing or not known.
    #[error(
        "the unit is not `business hours`, `business minutes`, `business days`, `d`, `h` or `m`"
    )]
    Unit,
}

/// How no time at all is kept; it cannot be written in a model.
const NOTHING: &str = "0s";

impl Serialize for BusinessAmount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BusinessAmount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        // Nobody writes that something may take no time, but "older than nothing" has a meaning.
        if text == NOTHING {
            return Ok(BusinessAmount::Wall(0));
        }
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        reason = "a test may panic"
    )]

    use super::*;

    #[test]
    fn the_texts_of_the_language_are_read_and_written_alike() {
        for (text, amount) in [
            ("4 business hours", BusinessAmount::hours(4)),
            ("1 business hour", BusinessAmount::hours(1)),
            ("30 business minutes", BusinessAmount::minutes(30)),
            ("1 business minute", BusinessAmount::minutes(1)),
            ("10 business seconds", BusinessAmount::Business(10)),
            ("2 business days", BusinessAmount::days(2)),
            ("1 business day", BusinessAmount::days(1)),
            ("24h", BusinessAmount::Wall(86_400)),
            ("48h", BusinessAmount::Wall(172_800)),
            ("30d", BusinessAmount::Wall(30 * 86_400)),
            ("90m", BusinessAmount::Wall(5400)),
            ("45s", BusinessAmount::Wall(45)),
        ] {
            assert_eq!(text.parse::<BusinessAmount>().unwrap(), amount, "{text}");
            assert_eq!(amount.to_string(), text);
        }
        assert_eq!("1d".parse::<BusinessAmount>().unwrap().to_string(), "24h");
        assert_eq!(
            "90 business minutes"
                .parse::<BusinessAmount>()
                .unwrap()
                .to_string(),
            "90 business minutes"
        );
        assert_eq!(
            "120 business minutes".parse::<BusinessAmount>().unwrap(),
            BusinessAmount::hours(2)
        );
    }

    #[test]
    fn a_wrong_text_says_what_is_allowed() {
        for (text, problem) in [
            ("soon", AmountProblem::NoCount),
            ("", AmountProblem::NoCount),
            ("-4h", AmountProblem::NoCount),
            ("1.5 business hours", AmountProblem::Fraction),
            ("4", AmountProblem::Unit),
            ("4 hours", AmountProblem::Unit),
            ("4 business weeks", AmountProblem::Unit),
            ("4h 30m", AmountProblem::Unit),
            ("0h", AmountProblem::Zero),
            ("99999999999999999999h", AmountProblem::TooLarge),
            ("1000001 business days", AmountProblem::TooLarge),
        ] {
            let error = text.parse::<BusinessAmount>().unwrap_err();
            assert_eq!(error.problem, problem, "{text}");
            assert!(error.to_string().contains("for example `4 business hours`"));
        }
    }
}
