//! What people are shown of a record and how names and instants are written for them, in mails and on pages.
//! It holds personal values: it goes to the reader and nowhere else.

mod advice;
mod labels;
mod reason;

use crm::{PersonId, Record, Value};
use jiff::{Timestamp, tz::TimeZone};
use model::OperatingModel;

pub use advice::{advice_on_clock, advice_on_deviation};
pub use labels::{
    approval_label, clock_label, deviation_label, excused_from, label_of, metric_label,
    option_label, pool_label, queue_label, rule_label, stage_label, value_label,
};
pub use reason::{LONGEST_REASON, ReasonError, kept_reason, reason};

/// The longest text of the CRM that is shown, in characters.
const LONGEST: usize = 120;

/// By what people know a record: its name, or a lead's mail address; none if it has neither.
#[must_use]
pub fn title(record: &Record) -> Option<String> {
    let fields = ["name", "email"].into_iter();
    let mut texts = fields.filter_map(|field| line(record.value(field)));
    texts.next()
}

/// By what people know the account of a record; none if it has none, or one without a name.
#[must_use]
pub fn account(record: &Record) -> Option<String> {
    line(record.account.as_ref()?.fields.get("name"))
}

/// The full name of a person of the model; a stranger's id.
#[must_use]
pub fn name_of(model: &OperatingModel, person: &PersonId) -> String {
    let known = model.people.get(person);
    known.map_or_else(|| person.to_string(), |known| known.name.clone())
}

fn line(value: Option<&Value>) -> Option<String> {
    let line = one_line(value?.text()?);
    (!line.is_empty()).then_some(line)
}

/// A name of the model as people say it: `first_response` is "first response".
#[must_use]
pub fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// A text of the CRM on one line and not too long, so that it cannot break out of its place.
#[must_use]
pub fn one_line(text: &str) -> String {
    cut(cleaned(text), LONGEST)
}

/// The same words with a capital letter first.
#[must_use]
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// A text on one line, however long: line ends become spaces, and characters that are not seen (controls, marks that
/// turn the direction of writing) are left out.
fn cleaned(text: &str) -> String {
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let words: Vec<String> = text
        .split_whitespace()
        .map(|word| word.chars().filter(|c| !unseen(c)).collect())
        .filter(|word: &String| !word.is_empty())
        .collect();
    words.join(" ")
}

/// So many characters of a line, and a sign that there were more.
fn cut(line: String, most: usize) -> String {
    if line.chars().count() <= most {
        return line;
    }
    let mut short: String = line.chars().take(most).collect();
    short.push('…');
    short
}

/// An instant on the reader's clock: "Mon 23 Nov 2026, 11:00 CET".
#[must_use]
pub fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    there.strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn a_text_of_the_crm_stays_on_its_line() {
        assert_eq!(one_line("Acme\r\nBcc: x\u{202e}@y"), "Acme Bcc: x@y");
        assert_eq!(one_line(" \u{200b} \u{7} "), "");
        assert_eq!(one_line(&"x".repeat(200)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn an_instant_is_read_on_the_readers_clock() {
        let due: Timestamp = "2026-11-23T10:00:00Z".parse().expect("an instant");
        let there = |zone: &str| moment(due, &TimeZone::get(zone).expect("a zone"));
        assert_eq!(there("Europe/Berlin"), "Mon 23 Nov 2026, 11:00 CET");
        assert_eq!(there("America/New_York"), "Mon 23 Nov 2026, 05:00 EST");
    }
}
