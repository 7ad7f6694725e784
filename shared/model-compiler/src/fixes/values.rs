use business_time::Hours;

use crate::yaml::{
    node::Node,
    scalars::{self, Clock},
};

/// How a number is written here that is written as people write it elsewhere: `1,000`, `1k`,
/// `"1000"`, `10000 EUR`.
pub(crate) fn number(text: &str) -> Option<String> {
    if scalars::has_doubtful_point(text) {
        let (whole, part) = text.split_once('.')?;
        let small = part.trim_end_matches('0');
        // Three digits behind the point could be taken for thousands again.
        let zero = if small.is_empty() || small.len() == 3 {
            "0"
        } else {
            ""
        };
        return Some(format!(
            "write `{whole}{part}`, or `{whole}.{small}{zero}` if the point stands before a fraction"
        ));
    }
    plain_number(text).map(|number| format!("write `{number}`"))
}

fn plain_number(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('+');
    let text = without_currency(text);
    let (text, thousand) = match text.strip_suffix(['k', 'K']) {
        Some(text) => (text.trim_end(), "000"),
        None => (text, ""),
    };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |it| ("-", it));
    let groups: Vec<&str> = digits.split(['_', ',', ' ', '\'', '’', '\u{a0}']).collect();
    let number = match groups.as_slice() {
        [one] => points_for_thousands(one).unwrap_or_else(|| (*one).to_owned()),
        // `0,5` and `12,50`: a comma before a fraction.
        [whole, part] if digits.contains(',') && is_fraction(part) => format!("{whole}.{part}"),
        [first, rest @ ..] if are_thousands(first, rest) => groups.concat(),
        _ => return None,
    };
    let is_odd = !thousand.is_empty() && number.contains('.');
    let number = format!("{sign}{number}{thousand}");
    (!is_odd && scalars::reads_as_number(&number)).then_some(number)
}

/// Whether this behind a comma is no group of thousands.
fn is_fraction(part: &str) -> bool {
    part.len() != 3 && part.bytes().all(|b| b.is_ascii_digit())
}

/// `1.000.000`, in which no point can stand before a fraction.
fn points_for_thousands(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split('.').collect();
    let (first, rest) = groups.split_first()?;
    (rest.len() > 1 && are_thousands(first, rest)).then(|| groups.concat())
}

/// Whether the groups of a number are those of its thousands; the last may have a fraction.
fn are_thousands(first: &str, rest: &[&str]) -> bool {
    let three = |group: &&str| {
        group
            .split('.')
            .next()
            .is_some_and(|whole| whole.len() == 3)
    };
    (1..=3).contains(&first.len()) && rest.iter().all(three)
}

fn without_currency(text: &str) -> &str {
    let text = text.trim_matches(['€', '$', '£', ' ']);
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    match text.split_once(' ') {
        Some((number, code)) if is_code(code) => number,
        Some((code, number)) if is_code(code) => number,
        _ => text,
    }
}

/// How a percentage is written here that is written `70`, `70 %` or `0.7`.
pub(crate) fn percent(text: &str) -> Option<String> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let text = text.trim();
    let number = text
        .trim_end_matches('%')
        .trim_end_matches("percent")
        .trim();
    // `1` may be one in a hundred, or all.
    if digits(number) && number.len() <= 4 && (number != "1" || number != text) {
        return Some(format!("write `{number}%`"));
    }
    let part = number
        .strip_prefix("0.")
        .or_else(|| number.strip_prefix("0,"))?;
    if number != text || !digits(part) || part.len() > 2 {
        return None;
    }
    let hundredths: u8 = format!("{part:0<2}").parse().ok()?;
    Some(format!("write `{hundredths}%`"))
}

/// A time of day as people write it elsewhere, as it is written here, without quotes around it.
pub(crate) fn time(text: &str) -> Option<String> {
    let text = unquoted(text).to_lowercase();
    let (text, said_hour) = match text.strip_suffix("uhr").or_else(|| text.strip_suffix('h')) {
        Some(text) => (text.trim(), true),
        None => (text.trim(), false),
    };
    let half = |a: &str, b: &str| text.strip_suffix(a).or_else(|| text.strip_suffix(b));
    let (text, noon) = match (half("am", "a.m."), half("pm", "p.m.")) {
        (Some(text), _) => (text.trim(), Some(0)),
        (None, Some(text)) => (text.trim(), Some(12)),
        (None, None) => (text, None),
    };
    let (hour, minute) = match text.split_once([':', '.']) {
        Some(parts) => parts,
        None if said_hour || noon.is_some() => (text, "00"),
        None if text.len() == 4 && text.is_ascii() => text.split_at(2),
        None => return None,
    };
    let two = |part: &str| -> Option<u8> {
        let fine = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        fine.then(|| part.parse().ok())?
    };
    let (hour, minute) = (
        two(hour)?,
        two(minute.strip_suffix(":00").unwrap_or(minute))?,
    );
    let hour = match noon {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(noon) => hour % 12 + noon,
        None => hour,
    };
    (hour < 24 && minute < 60).then(|| format!("{hour:02}:{minute:02}"))
}

/// An interval of a day as people write it elsewhere, as it is written here.
pub(crate) fn hours(text: &str) -> Option<String> {
    let text = unquoted(text)
        .replace(['–', '—', '−'], "-")
        .replace(" to ", "-");
    let (start, end) = text.split_once('-')?;
    let side = |side: &str| time(side).or_else(|| time(&format!("{}h", side.trim())));
    let meant = format!("{}-{}", side(start)?, side(end)?);
    meant.parse::<Hours>().is_ok().then_some(meant)
}

/// How days of the week are written here that are written out or with capitals.
pub(crate) fn days(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase().replace(['–', '—'], "-");
    let text = match text.as_str() {
        "weekday" | "weekdays" | "working_day" | "working_days" => "mon-fri".to_owned(),
        "weekend" | "weekends" => "sat-sun".to_owned(),
        "daily" | "every_day" | "all" => "mon-sun".to_owned(),
        _ => {
            let sides = text.split('-').map(|side| {
                let day = side.trim().strip_suffix("day").unwrap_or(side.trim());
                day.get(..3).unwrap_or(day).to_owned()
            });
            sides.collect::<Vec<_>>().join("-")
        }
    };
    let is_range = business_time::Weekday::parse_range(&text).is_ok();
    is_range.then(|| format!("write `{text}`"))
}

/// A text without the quotes around it that other programs make of straight ones.
fn unquoted(text: &str) -> &str {
    text.trim()
        .trim_matches(['“', '”', '„', '‟', '‘', '’', '‚', '«', '»', '"', '\'', '`'])
        .trim()
}

/// How a length of time is written here that is written with other words.
pub(crate) fn amount(text: &str, clock: Clock) -> Option<String> {
    let text = text.trim().to_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (count, words) = text.split_at_checked(end)?;
    let count: u32 = count
        .parse()
        .ok()
        .filter(|count| (1..=100_000).contains(count))?;
    let words: Vec<&str> = words
        .split([' ', '_', '-'])
        .filter(|it| !it.is_empty())
        .collect();
    let (unit, working) = match words.as_slice() {
        ["business" | "working" | "work", unit] => (*unit, true),
        ["bd" | "workday" | "workdays"] => ("day", true),
        ["bh"] => ("hour", true),
        [unit] => (*unit, false),
        _ => return None,
    };
    let (long, short) = match unit {
        "d" | "day" | "days" => ("day", "d"),
        "h" | "hr" | "hrs" | "hour" | "hours" => ("hour", "h"),
        "m" | "min" | "mins" | "minute" | "minutes" => ("minute", "m"),
        "w" | "wk" | "week" | "weeks" if !working => {
            return Some(format!("write `{}d`", count * 7));
        }
        _ => return None,
    };
    let s = if count == 1 { "" } else { "s" };
    let business = format!("`{count} business {long}{s}`");
    match (working, clock) {
        (true, Clock::Any) => Some(format!("write {business}")),
        (true, Clock::Wall) => None,
        (false, Clock::Wall) => Some(format!("write `{count}{short}`")),
        (false, Clock::Any) => Some(format!(
            "write `{count}{short}`, or {business} if only working time counts"
        )),
    }
}

/// `yes` or `no` as they are written elsewhere.
pub(crate) fn yes_no(node: &Node) -> Option<&'static str> {
    match node.text()?.to_lowercase().as_str() {
        "yes" | "true" | "on" | "y" | "ja" => Some("yes"),
        "no" | "false" | "off" | "n" | "nein" => Some("no"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn numbers_are_understood_as_they_are_written_elsewhere() {
        for (text, expected) in [
            ("1000", "1000"),
            ("1_000", "1000"),
            ("1,000", "1000"),
            ("1,000.50", "1000.50"),
            ("1 000", "1000"),
            ("1.000.000", "1000000"),
            ("-2'500", "-2500"),
            ("1k", "1000"),
            ("10000 EUR", "10000"),
            ("€ 250", "250"),
            ("0,5", "0.5"),
        ] {
            assert_eq!(
                number(text).unwrap(),
                format!("write `{expected}`"),
                "{text}"
            );
        }
        for (text, expected) in [
            ("5.000", "write `5000`, or `5.0` if"),
            ("1.500", "write `1500`, or `1.5` if"),
            ("-12.345", "write `-12345`, or `-12.3450` if"),
        ] {
            assert!(number(text).unwrap().starts_with(expected), "{text}");
        }
        for text in [
            "",
            "many",
            "1,0,0",
            "007",
            "1.5k",
            "1e9",
            "-",
            "k",
            "10 apples",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn percentages_are_understood_as_they_are_written_elsewhere() {
        for (text, expected) in [("70", "70"), ("70 %", "70"), ("0.7", "70"), ("0,05", "5")] {
            assert_eq!(
                percent(text).unwrap(),
                format!("write `{expected}%`"),
                "{text}"
            );
        }
        for text in ["", "1", "0.705", "0.7%", "many", "-5"] {
            assert_eq!(percent(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_understood_as_they_are_written_elsewhere() {
        for (text, expected) in [
            ("7:30", "07:30"),
            ("“08:00”", "08:00"),
            ("8am", "08:00"),
            ("12 a.m.", "00:00"),
            ("7:30 PM", "19:30"),
            ("08:00:00", "08:00"),
            ("0800", "08:00"),
            ("8 Uhr", "08:00"),
        ] {
            assert_eq!(time(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "25:30", "8", "08:60", "13pm", "noon", "1:2:3"] {
            assert_eq!(time(text), None, "{text}");
        }
        for (text, expected) in [
            ("9:00-18:00", "09:00-18:00"),
            ("09:00–12:30", "09:00-12:30"),
            ("9-17", "09:00-17:00"),
            ("9am to 5pm", "09:00-17:00"),
        ] {
            assert_eq!(hours(text).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(hours("09:00"), None);
    }

    #[test]
    fn lengths_of_time_are_understood_as_they_are_written_elsewhere() {
        for (text, expected) in [
            ("21 days", "write `21d`"),
            ("1 hour", "write `1h`"),
            ("2 weeks", "write `14d`"),
            ("30min", "write `30m`"),
        ] {
            assert_eq!(
                amount(text, Clock::Wall).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(
            amount("24 hours", Clock::Any).as_deref(),
            Some("write `24h`, or `24 business hours` if only working time counts")
        );
        assert_eq!(
            amount("2 working days", Clock::Any).as_deref(),
            Some("write `2 business days`")
        );
        for text in [
            "",
            "days",
            "3 months",
            "2 working days",
            "0 days",
            "1.5 hours",
            "5",
        ] {
            assert_eq!(amount(text, Clock::Wall), None, "{text}");
        }
    }
}
