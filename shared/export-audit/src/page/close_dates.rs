//! Close dates on the page.

use maud::{Markup, html};

use super::bar::{bar, listed, percent};
use crate::{close_dates::CloseDates, grouped::grouped};

/// The name of the list with the deals of a segment that are to close sooner than half of those that were won.
pub(super) fn list_of(of: &CloseDates) -> String {
    format!("close_dates.{}", of.segment)
}

pub(super) fn close_dates(segments: &[CloseDates]) -> Markup {
    html! {
        @if !segments.is_empty() {
            h2 { "Close dates against what was" span.soft { " from creation to closing; red is sooner than half of what was won, grey sooner than eight in ten" } }
            div.bars {
                @for it in segments {
                    @let [history, open] = it.words();
                    span { (crate::metrics::name(&it.segment)) span.soft.below { (history) } }
                    @match it.before_median.zip(it.before_most) {
                        Some((half, most)) if half.of > 0 => {
                            (bar(&[(half.count, "bad"), (most.count.saturating_sub(half.count), "unsure"), (most.of - most.count.max(half.count), "good")],
                                most.of, &open))
                            span {
                                (listed(half.count, &list_of(it), &format!("To close sooner than half of what was won: {}", crate::metrics::name(&it.segment))))
                                " of " (grouped(half.of)) " open are to be sooner than half, " (percent(&half))
                            }
                        }
                        _ => { span {} span.soft { (open) } }
                    }
                }
            }
        }
    }
}
