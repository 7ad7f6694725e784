use maud::{Markup, html};
use story::{Decision, Story};

use super::{
    reader::Reader,
    reasons,
    sentences::{capital, sentence},
};

/// What happened to a record, the latest first, each folded to its reasons.
pub(super) fn markup(reader: &Reader<'_>, story: &Story) -> Markup {
    let most = reader.shown.decisions;
    let more = story.decisions().count().saturating_sub(most);
    let more = more.saturating_add(story.left_out);
    html! {
        h2 { "What happened" }
        @for decision in story.decisions().rev().take(most) { (one(reader, decision)) }
        @if more > 0 { p.small { "and " (more) " earlier decisions" } }
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
