use jiff::Timestamp;
use story::{Content, Tone, Wording};

use super::page::{Span, Style};
use crate::commands::explain::reader::Reader;

/// A wording in the styles of a page, each instant as a moment of the reader's.
pub(super) fn spans(wording: &Wording, reader: &Reader) -> Vec<Span> {
    spans_beside(wording, reader, |at| reader.moment(at))
}

/// A wording in the styles of a page, each instant as `show` writes it.
pub(super) fn spans_beside(
    wording: &Wording,
    reader: &Reader,
    show: impl Fn(Timestamp) -> String,
) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    for part in wording.parts() {
        let words = match &part.content {
            Content::Text(text) => text.clone(),
            Content::Time(at) => show(*at),
            Content::Record(record) => reader.company.name_of(record),
        };
        let style = style(part.tone);
        match spans.last_mut() {
            // A page parts spans by a blank, and a comma may follow an instant.
            Some((same, before)) if *same == style => before.push_str(&words),
            _ => spans.push((style, words)),
        }
    }
    spans
}

const fn style(tone: Tone) -> Style {
    match tone {
        Tone::Plain => Style::Plain,
        Tone::Main => Style::Strong,
        Tone::Detail => Style::Faint,
        Tone::Good => Style::Good,
        Tone::Bad => Style::Bad,
        Tone::Unsure => Style::Unsure,
    }
}
