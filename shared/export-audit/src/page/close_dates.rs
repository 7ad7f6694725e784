//! Close dates on the page.

use maud::{Markup, html};

use super::bar::{bar, percent};
use crate::{close_dates::CloseDates, grouped::grouped};

pub(super) fn close_dates(segments: &[CloseDates]) -> Markup {
    html! {
        @if !segments.is_empty() {
            h2 { "Close dates against what was" span.soft { " from creation to closing; red is sooner than half of what was won, grey sooner than eight in ten" } }
            div.bars {
                @for it in segments {
                    @let [history, open] = it.words();
                    span { (if it.segment.is_empty() { "none" } else { &it.segment }) span.soft.below { (history) } }
                    @match it.before_median.zip(it.before_most) {
                        Some((half, most)) => {
                            (bar(&[(half.count, "bad"), (most.count.saturating_sub(half.count), "unsure"), (most.of - most.count.max(half.count), "good")],
                                most.of, &open))
                            span { (grouped(half.count)) " of " (grouped(half.of)) " open are to be sooner than half, " (percent(&half)) }
                        }
                        None => { span {} span {} }
                    }
                }
            }
        }
    }
}
