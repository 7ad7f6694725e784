//! Instants as people type them.

use std::str::FromStr;

use jiff::{Timestamp, Zoned, civil::DateTime, tz::TimeZone};

/// An instant somebody typed, with the zone in which they think of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Whatever the clock says when the command runs.
    Now,
    /// This instant.
    At(Zoned),
}

impl Typed {
    /// The instant, given what the clock says.
    pub fn resolve(&self, now: Timestamp) -> Zoned {
        match self {
            Self::Now => now.to_zoned(TimeZone::UTC),
            Self::At(at) => at.clone(),
        }
    }
}

/// Why a text is no instant, and how to write one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoInstant(String);

impl std::fmt::Display for NoInstant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}; write 2026-11-23T07:05:00Z, \"2026-11-23 08:05 Europe/Berlin\", or now",
            self.0
        )
    }
}

impl std::error::Error for NoInstant {}

impl FromStr for Typed {
    type Err = NoInstant;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if text == "now" {
            return Ok(Self::Now);
        }
        if let Ok(at) = text.parse::<Timestamp>() {
            return Ok(Self::At(at.to_zoned(TimeZone::UTC)));
        }
        if let Ok(at) = text.parse::<Zoned>() {
            return Ok(Self::At(at));
        }
        let (civil, zone) = match text.rsplit_once(' ') {
            Some((civil, zone)) if zone.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                (civil.trim(), zone)
            }
            _ if text.parse::<DateTime>().is_ok() => {
                return Err(NoInstant(format!("`{text}` has no time zone")));
            }
            _ => return Err(NoInstant(format!("`{text}` is no instant"))),
        };
        let civil: DateTime = civil
            .parse()
            .map_err(|_| NoInstant(format!("`{civil}` is no date and time of day")))?;
        let known = zone_named(zone).map_err(NoInstant)?;
        let at = known.to_ambiguous_zoned(civil).unambiguous().map_err(|_| {
            NoInstant(format!(
                "the clocks of {zone} are changed at {civil}, so that time is there twice or not at all: write it with \
                 its offset from UTC, like 2026-10-25T02:30:00+02:00"
            ))
        })?;
        Ok(Self::At(at))
    }
}

/// A time zone by its IANA name.
///
/// # Errors
/// If there is no such zone.
pub fn zone_named(name: &str) -> Result<TimeZone, String> {
    if name == "UTC" {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name).map_err(|_| format!("`{name}` is no time zone; one is Europe/Berlin"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

    use super::*;

    fn instant(text: &str) -> String {
        match text.parse::<Typed>() {
            Ok(typed) => typed.resolve(Timestamp::UNIX_EPOCH).timestamp().to_string(),
            Err(why) => panic!("{text}: {why}"),
        }
    }

    #[test]
    fn every_way_of_writing_it_names_the_same_instant() {
        for text in [
            "2026-11-23T07:05:00Z",
            "2026-11-23T08:05:00+01:00",
            "2026-11-23 08:05 Europe/Berlin",
            "2026-11-23T08:05 Europe/Berlin",
            " 2026-11-23 08:05:00  Europe/Berlin ",
            "2026-11-23T08:05[Europe/Berlin]",
            "2026-11-23 07:05 UTC",
        ] {
            assert_eq!(instant(text), "2026-11-23T07:05:00Z", "{text}");
        }
        assert_eq!(instant("now"), "1970-01-01T00:00:00Z");
    }

    #[test]
    fn what_is_no_instant_says_why() {
        for (text, says) in [
            ("yesterday", "is no instant"),
            ("2026-11-23 08:05", "has no time zone"),
            ("2026-11-23 08:05 Europe/Bärlin", "is no time zone"),
            (
                "2026-13-23 08:05 Europe/Berlin",
                "is no date and time of day",
            ),
            ("2026-10-25 02:30 Europe/Berlin", "twice or not at all"),
            ("2026-03-29 02:30 Europe/Berlin", "twice or not at all"),
            ("", "is no instant"),
        ] {
            let error = text.parse::<Typed>().unwrap_err().to_string();
            assert!(
                error.contains(says) && error.contains("; write "),
                "{text}: {error}"
            );
        }
    }
}
