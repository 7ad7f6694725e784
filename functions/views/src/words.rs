use jiff::{Timestamp, tz::TimeZone};

/// The longest text of the CRM that is shown, in characters.
const LONGEST: usize = 120;

/// A name of the model as people say it: `first_response` is "first response".
pub(crate) fn spoken(name: &str) -> String {
    name.replace('_', " ")
}

/// An instant on somebody's own clock: "Mon 23 Nov 2026, 11:00 CET".
pub(crate) fn moment(at: Timestamp, zone: &TimeZone) -> String {
    let there = at.to_zoned(zone.clone());
    there.strftime("%a %-d %b %Y, %H:%M %Z").to_string()
}

/// A text of the CRM on one line and not too long, without characters that are not seen.
pub(crate) fn one_line(text: &str) -> String {
    let unseen = |c: &char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let words = text.split_whitespace();
    let words = words.map(|word| word.chars().filter(|c| !unseen(c)).collect::<String>());
    let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ").chars().take(LONGEST).collect()
}
