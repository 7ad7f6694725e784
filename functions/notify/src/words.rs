//! How names, instants and counts are written in a mail.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// The longest name that is shown of a record, in characters.
const LONGEST: usize = 120;

/// A name of the model as people say it: `first_response` is "first response".
pub(crate) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// A text of the CRM on one line and not too long, so that it cannot break out of its place in
/// the mail: line ends become spaces, and characters that are not seen (controls, marks that turn
/// the direction of writing) are left out.
pub(crate) fn one_line(text: &str) -> String {
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !unseen(c)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let mut short: String = line.chars().take(LONGEST).collect();
    short.push('…');
    short
}

/// An instant on the recipient's clock: "Mon 23 Nov 2026, 11:00 CET".
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    there.strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

/// A day: "Monday 23 November 2026".
pub(crate) fn long_day(day: Date) -> String {
    day.strftime("%A %-d %B %Y").to_string()
}

/// A count of things: "1 late clock", "2 late clocks".
pub(crate) fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 {
        format!("1 {one}")
    } else {
        format!("{count} {many}")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test may panic")]
    use testkit::at;

    use super::*;

    #[test]
    fn a_text_of_the_crm_stays_on_its_line() {
        assert_eq!(one_line("Acme\r\nBcc: x\u{202e}@y"), "Acme Bcc: x@y");
        assert_eq!(one_line(" \u{200b} \u{7} "), "");
        assert_eq!(one_line(&"x".repeat(200)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn an_instant_is_read_on_the_recipients_clock() {
        let due = at("2026-11-23T10:00:00Z");
        let there = |zone: &str| moment(due, &TimeZone::get(zone).expect("a zone"));
        assert_eq!(there("Europe/Berlin"), "Mon 23 Nov 2026, 11:00 CET");
        assert_eq!(there("America/New_York"), "Mon 23 Nov 2026, 05:00 EST");
    }
}
