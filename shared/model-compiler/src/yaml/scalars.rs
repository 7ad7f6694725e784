//! Single values: what a text means once it is known what it must be.

use business_time::BusinessAmount;
use crm::{Decimal, Value};
use jiff::civil::{Date, Time};

use crate::yaml::node::Node;

/// Which lengths of time are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clock {
    /// Business time or wall-clock time.
    Any,
    /// Wall-clock time only, since no calendar is at hand.
    Wall,
}

/// A plain `yes` or `no`.
pub(crate) fn yes_no(node: &Node) -> Option<bool> {
    match node.text() {
        Some("yes") if node.is_plain() => Some(true),
        Some("no") if node.is_plain() => Some(false),
        _ => None,
    }
}

/// A decimal number without quotes, leading zeros, underscores or an exponent, and in which a point
/// cannot be taken for one between thousands.
pub(crate) fn number(node: &Node) -> Option<Decimal> {
    let text = node.text().filter(|_| node.is_plain())?;
    if !reads_as_number(text) || has_doubtful_point(text) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

/// Whether this text is a number, without leading zeros, underscores or an exponent.
pub(crate) fn reads_as_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    all_digits(whole) && all_digits(part) && !leading_zero && Decimal::from_str_exact(text).is_ok()
}

/// Whether the point in this number may stand between thousands: `5.000` is five thousand in half
/// of Europe, and five elsewhere.
pub(crate) fn has_doubtful_point(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let grouped = |(whole, part): (&str, &str)| {
        (1..=3).contains(&whole.len()) && !whole.starts_with('0') && part.len() == 3
    };
    digits.split_once('.').is_some_and(grouped) && reads_as_number(text)
}

/// A whole number.
pub(crate) fn whole(node: &Node) -> Option<i64> {
    number(node)?.to_string().parse().ok()
}

/// The values of a list: numbers if they are written as such, text otherwise.
pub(crate) fn values(node: &Node) -> Vec<Value> {
    let value = |node: &Node| {
        let as_number = number(node).map(Value::Number);
        as_number.or_else(|| node.text().map(|text| Value::Text(text.to_owned())))
    };
    node.items().iter().filter_map(value).collect()
}

/// A percentage: digits and a `%`.
pub(crate) fn percent(node: &Node) -> Option<u32> {
    let digits = node.text()?.strip_suffix('%')?;
    let fine =
        !digits.is_empty() && digits.len() <= 6 && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| fine)
}

/// A number of days: digits and a `d`.
pub(crate) fn days(node: &Node) -> Option<u32> {
    let digits = node.text()?.strip_suffix('d')?;
    let fine = (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    digits.parse().ok().filter(|_| fine)
}

/// The points of a line of a score, from -1,000 to 1,000, with two decimal places at the most.
pub(crate) fn points(node: &Node) -> Option<Decimal> {
    let points = number(node)?;
    let fine = points.abs() <= Decimal::ONE_THOUSAND && points.scale() <= 2;
    fine.then_some(points)
}

/// So many weeks before, 1 to 52: `4 weeks before`.
pub(crate) fn weeks_before(node: &Node) -> Option<u8> {
    let rest = node.text()?.strip_suffix(" before")?;
    let (count, unit) = rest.split_once(' ')?;
    let weeks: u8 = digits(count)?.parse().ok()?;
    let unit_fits = unit == if weeks == 1 { "week" } else { "weeks" };
    (unit_fits && (1..=52).contains(&weeks)).then_some(weeks)
}

/// How often for each person, within which length of wall-clock time: `20 per person in 10m`.
pub(crate) fn rate(node: &Node) -> Option<(u32, BusinessAmount)> {
    let (times, within) = node.text()?.split_once(" per person in ")?;
    let times: u32 = digits(times)?.parse().ok()?;
    let within: BusinessAmount = within.parse().ok()?;
    let fine = (1..=1_000_000).contains(&times) && !within.needs_calendar();
    fine.then_some((times, within))
}

/// How often within which length of wall-clock time: `3 in 7d`.
pub(crate) fn often(node: &Node) -> Option<(u32, BusinessAmount)> {
    let (times, within) = node.text()?.split_once(" in ")?;
    let times: u32 = digits(times)?.parse().ok()?;
    let within: BusinessAmount = within.parse().ok()?;
    (times > 0 && !within.needs_calendar()).then_some((times, within))
}

/// The text, if it is a number of at most seven digits without a zero before it.
fn digits(text: &str) -> Option<&str> {
    let fine = (1..=7).contains(&text.len())
        && !text.starts_with('0')
        && text.bytes().all(|b| b.is_ascii_digit());
    fine.then_some(text)
}

/// A time of day, `HH:MM`.
pub(crate) fn time(node: &Node) -> Option<Time> {
    let (hour, minute) = node.text()?.split_once(':')?;
    let two = |text: &str| -> Option<i8> {
        (text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
    };
    Time::new(two(hour)?, two(minute)?, 0, 0).ok()
}

/// A date, `YYYY-MM-DD`.
pub(crate) fn date(node: &Node) -> Option<Date> {
    node.text().filter(|text| text.len() == 10)?.parse().ok()
}

/// A length of time.
pub(crate) fn amount(node: &Node, clock: Clock) -> Option<BusinessAmount> {
    let amount: BusinessAmount = node.text()?.parse().ok()?;
    (clock == Clock::Any || !amount.needs_calendar()).then_some(amount)
}

/// Whether other readers of YAML may take this text without quotes for something else: a
/// truth value, or nothing.
pub(crate) fn is_ambiguous(text: &str) -> bool {
    const WORDS: [&str; 10] = [
        "yes", "no", "on", "off", "true", "false", "y", "n", "null", "~",
    ];
    WORDS.contains(&text.to_lowercase().as_str())
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
    use crate::yaml::{node::Content, span::Span};

    fn plain(text: &str) -> Node {
        let span = Span {
            line: 1,
            column: 1,
            length: 1,
        };
        Node {
            span,
            content: Content::Scalar {
                text: text.to_owned(),
                plain: true,
            },
        }
    }

    #[test]
    fn only_plain_decimals_are_numbers() {
        for (text, expected) in [
            ("200", Some("200")),
            ("-0.50", Some("-0.50")),
            ("0", Some("0")),
            ("0.125", Some("0.125")),
            ("1000.500", Some("1000.500")),
        ] {
            assert_eq!(
                number(&plain(text)).map(|n| n.to_string()).as_deref(),
                expected
            );
        }
        for text in [
            "",
            "007",
            "1_000",
            "1e9",
            "0x1f",
            ".5",
            "5.",
            "+5",
            "--5",
            "1.2.3",
            "99999999999999999999999999999999",
            "5.000",
            "-12.345",
        ] {
            assert_eq!(number(&plain(text)), None, "{text}");
        }
    }

    #[test]
    fn only_yes_and_no_are_truth_values() {
        assert_eq!(yes_no(&plain("yes")), Some(true));
        assert_eq!(yes_no(&plain("no")), Some(false));
        for text in ["true", "Yes", "NO", "on", "1", ""] {
            assert_eq!(yes_no(&plain(text)), None, "{text}");
        }
    }

    #[test]
    fn points_stretches_and_rates_are_written_one_way() {
        assert_eq!(points(&plain("-1000")), Some(Decimal::from(-1000)));
        assert_eq!(points(&plain("2.5")), Some(Decimal::new(25, 1)));
        for text in ["1001", "0.125", "+1", ""] {
            assert_eq!(points(&plain(text)), None, "{text}");
        }
        assert_eq!(weeks_before(&plain("4 weeks before")), Some(4));
        assert_eq!(weeks_before(&plain("1 week before")), Some(1));
        for text in [
            "0 weeks before",
            "53 weeks before",
            "1 weeks before",
            "04 weeks before",
            "4 weeks",
            "4 days before",
        ] {
            assert_eq!(weeks_before(&plain(text)), None, "{text}");
        }
        let ten_minutes = BusinessAmount::Wall(600);
        assert_eq!(
            rate(&plain("20 per person in 10m")),
            Some((20, ten_minutes))
        );
        for text in [
            "0 per person in 10m",
            "20 in 10m",
            "20 per person in 1 business day",
            "x per person in 10m",
            "20 per person in",
        ] {
            assert_eq!(rate(&plain(text)), None, "{text}");
        }
    }

    #[test]
    fn percentages_times_and_dates_are_written_one_way() {
        assert_eq!(percent(&plain("75%")), Some(75));
        for text in ["75", "%", "-1%", "7.5%", "75 %"] {
            assert_eq!(percent(&plain(text)), None, "{text}");
        }
        assert_eq!(time(&plain("08:05")), Time::new(8, 5, 0, 0).ok());
        for text in ["8:05", "24:00", "08:60", "08:05:00", "-8:05", "08"] {
            assert_eq!(time(&plain(text)), None, "{text}");
        }
        assert!(date(&plain("2026-12-24")).is_some());
        for text in ["2026-02-30", "2026-1-2", "24.12.2026", "2026-W10-1"] {
            assert_eq!(date(&plain(text)), None, "{text}");
        }
    }
}
