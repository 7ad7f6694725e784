use story::Story;

use super::{
    page::{Page, Row, Span, Style},
    words::spans,
};
use crate::commands::explain::reader::Reader;

/// Columns from a label to what it says.
const LABEL: usize = 12;

/// Who or what the story is about, what it is now, and how times are shown.
pub(super) fn add(page: &mut Page, story: &Story, reader: &Reader) {
    let about = reader.company.name_of_subject(&story.about);
    page.plain(0, Style::Strong, &about);
    page.blank();
    for known in &story.summary {
        let body = spans(&known.wording, reader);
        entry(page, known.label, body);
    }
    let zone = reader.zone_said.clone();
    entry(page, "times", vec![(Style::Plain, zone)]);
}

fn entry(page: &mut Page, label: &str, body: Vec<Span>) {
    page.row(&Row {
        indent: 2,
        mark: (Style::Faint, label.to_owned()),
        hang: LABEL,
        body,
        right: None,
    });
}
