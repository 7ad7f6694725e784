use maud::{Markup, html};
use story::{Decision, Story};

use super::{reader::Reader, reasons, sentences::sentence};

/// What happened to a record, the latest first, each folded to its reasons. Decisions from which nothing followed are
/// counted.
pub(super) fn markup(reader: &Reader<'_>, story: &Story) -> Markup {
    let most = reader.shown.decisions;
    let told = story.decisions().rev().filter_map(|it| one(reader, it));
    let told: Vec<Markup> = told.take(most).collect();
    let all = story.decisions().count().saturating_add(story.left_out);
    let more = all.saturating_sub(told.len());
    html! {
        h2 { "What happened" }
        @if told.is_empty() && more == 0 { p { "Nothing yet that Fairlead has decided." } }
        @for one in &told { (one) }
        @if more > 0 {
            p.small { "and " (more) " decisions that are earlier, or from which nothing followed" }
        }
    }
}

/// A decision from which something followed.
fn one(reader: &Reader<'_>, decision: &Decision) -> Option<Markup> {
    let said = decision.consequences();
    let mut said: Vec<String> = said
        .filter_map(|it| sentence(reader, decision, &it))
        .collect();
    said.dedup();
    let words = said.join(". ");
    (!words.is_empty()).then(|| {
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
    })
}
