use jiff::{Timestamp, Zoned, civil::DateTime, tz::TimeZone};

/// A time as people write it: `2026-11-23 10:00`, with or without a zone behind it, or with its
/// offset from UTC; as it reads in the zone that is named, or in `zone`. An error says why it is none.
pub(super) fn instant(text: &str, zone: &TimeZone) -> Result<Zoned, String> {
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at.to_zoned(zone.clone()));
    }
    let (civil, zone) = match text.rsplit_once(' ') {
        Some((civil, name)) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            let named = TimeZone::get(name).map_err(|_| format!("`{name}` is no time zone"))?;
            (civil.trim(), named)
        }
        _ => (text, zone.clone()),
    };
    let civil: DateTime = civil
        .parse()
        .ok()
        .filter(|_| civil.contains(':'))
        .ok_or_else(|| format!("`{text}` is no date and time of day"))?;
    let at = zone.to_ambiguous_zoned(civil).unambiguous();
    at.map_err(|_| {
        format!(
            "the clocks are changed at `{civil}`, so that time is there twice or not at all; write \
             it with its offset, like 2026-10-25T02:30:00+02:00"
        )
    })
}

/// Whether this stands where the name of a zone could, and is none.
pub(super) fn is_no_zone(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && TimeZone::get(name).is_err()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn times_are_the_companys_unless_a_zone_is_named() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for text in [
            "2026-11-23 10:00",
            "2026-11-23T10:00:00",
            "2026-11-23 09:00 UTC",
            "2026-11-23 04:00 America/New_York",
            "2026-11-23T09:00:00Z",
            "2026-11-23T10:00:00+01:00",
        ] {
            let at = instant(text, &zone).unwrap().timestamp();
            assert_eq!(at.to_string(), "2026-11-23T09:00:00Z", "{text}");
        }
    }

    #[test]
    fn what_is_no_time_says_why() {
        let zone = TimeZone::get("Europe/Berlin").unwrap();
        for (text, why) in [
            ("2026-11-23", "no date and time of day"),
            ("tomorrow", "no date and time of day"),
            ("2026-11-23 10:00 Europe/Bärlin", "no time zone"),
            ("2026-10-25 02:30", "twice or not at all"),
            ("2026-11-31 10:00", "no date and time of day"),
        ] {
            let error = instant(text, &zone).unwrap_err();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
