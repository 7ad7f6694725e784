use contracts::Function;
use jiff::Timestamp;
use story::Consequence;

use super::{
    page::{Page, Row, Span, Style},
    words::{spans, spans_beside},
};
use crate::commands::explain::reader::Reader;

/// What followed from a decision taken `then`: what it says, and at the right what became of it.
pub(super) fn add(
    page: &mut Page,
    indent: usize,
    consequence: &Consequence<'_>,
    then: Timestamp,
    reader: &Reader,
) {
    let beside = |at| reader.beside(at, then);
    let right = match consequence.effect {
        Some(effect) => joined(spans_beside(&effect.wording, reader, beside)),
        None => led_to(consequence.led_to),
    };
    page.row(&Row {
        indent,
        mark: (Style::Plain, "→".to_owned()),
        hang: 2,
        body: spans(consequence.wording, reader),
        right,
    });
    if let Some(remark) = consequence.effect.and_then(|it| it.remark.as_ref()) {
        page.row(&Row {
            indent: indent.saturating_add(2),
            mark: (Style::Plain, String::new()),
            hang: 0,
            body: spans_beside(remark, reader, beside),
            right: None,
        });
    }
}

/// A remark at the right is of one style: that of its first words.
fn joined(spans: Vec<Span>) -> Option<Span> {
    let style = spans.first().map(|(style, _)| *style)?;
    let words = spans.into_iter().map(|(_, words)| words).collect();
    Some((style, words))
}

fn led_to(functions: &[Function]) -> Option<Span> {
    let names: Vec<&str> = functions.iter().map(|function| function.name()).collect();
    let said = format!("▸ {}", names.join(", "));
    (!names.is_empty()).then_some((Style::Faint, said))
}
