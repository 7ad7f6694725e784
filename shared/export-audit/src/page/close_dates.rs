//! Close dates on the page.

use maud::{Markup, html};

use super::bar::{bar, listed, percent, summed};
use crate::close_dates::CloseDates;

/// The name of a list with deals of a segment.
pub(super) fn list_of(of: &CloseDates, part: &str) -> String {
    format!("{}.{part}", lists(of))
}

fn lists(of: &CloseDates) -> String {
    format!("close_dates.{}", of.segment)
}

pub(super) fn close_dates(segments: &[CloseDates]) -> Markup {
    html! {
        @if !segments.is_empty() {
            h2 { "Close dates against what was" span.soft { " from creation to closing; red is sooner than half of what was won, grey sooner than eight in ten" } }
            div.bars {
                @for it in segments { (segment(it)) }
            }
        }
    }
}

fn segment(of: &CloseDates) -> Markup {
    let name = crate::metrics::name(&of.segment);
    let (before, won, after) = of.history();
    let list = |number: u64, part: &str, title: &str| {
        listed(number, &list_of(of, part), &format!("{title}: {name}"))
    };
    let both = format!("{} {}", CloseDates::SOONER, CloseDates::LATER);
    html! {
        span { (name) span.soft.below { (before) (list(won, CloseDates::WON, "Won")) (after) } }
        @match of.before_median.zip(of.before_most) {
            Some((half, most)) if half.of > 0 => {
                (bar(&[(half.count, "bad"), (most.count.saturating_sub(half.count), "unsure"), (most.of - most.count.max(half.count), "good")],
                    most.of, &of.words()[1]))
                span {
                    (list(half.count, CloseDates::SOONER, "To close sooner than half of what was won"))
                    " of " (summed(half.of, &lists(of), &both, &format!("Open, those first that are to close the soonest: {name}")))
                    " open are to be sooner than half, " (percent(&half))
                    (lacking(of.unknown, &list))
                }
            }
            _ if of.median.too_few => { span {} span {} }
            _ => { span {} span.soft { "no open one has both days" (lacking(of.unknown, &list)) } }
        }
    }
}

fn lacking(unknown: u64, list: &dyn Fn(u64, &str, &str) -> Markup) -> Markup {
    html! {
        @if unknown > 0 { "; " (list(unknown, CloseDates::LACK, "Open without one of the two days")) " lack one of them" }
    }
}
