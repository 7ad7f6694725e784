use maud::{Markup, html};
use story::{Decision, Story};

use super::{
    reader::Reader,
    reasons,
    sentences::{capital, sentence},
};

/// What happened to a record, the latest first, each folded to its reasons.
pub(super) fn markup(reader: &Reader<'_>, story: &Story) -> Markup {
    html! {
        h2 { "What happened" }
        @for decision in story.decisions().rev() { (one(reader, decision)) }
        @if story.left_out > 0 {
            p.small { "and " (story.left_out) " earlier decisions" }
        }
    }
}

fn one(reader: &Reader<'_>, decision: &Decision) -> Markup {
    let said = decision.consequences();
    let mut said: Vec<String> = said
        .filter_map(|it| sentence(reader, decision, &it))
        .collect();
    said.dedup();
    let words = match said.as_slice() {
        [] => capital(&decision.audit.outcome),
        some => some.join(". "),
    };
    html! {
        details {
            summary {
                span.small { (reader.moment(decision.audit.at)) }
                br;
                (words)
            }
            (reasons::markup(reader, decision))
        }
    }
}
