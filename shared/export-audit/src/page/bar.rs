//! Bars, and what stands beside them.

use ::metrics::Rate;
use maud::{Markup, html};

use crate::grouped::grouped;

/// Parts of a whole as one bar: each with its class.
pub(super) fn bar(parts: &[(u64, &str)], whole: u64, title: &str) -> Markup {
    html! {
        span.bar role="img" title=(title) aria-label=(title) {
            @for (part, class) in parts {
                @if *part > 0 && whole > 0 { i class=(class) style=(format!("width:{}%", share(*part, whole))) {} }
            }
        }
    }
}

/// A rate where it lies from nothing to all, within its interval, and the limits in percent that it is held against.
pub(super) fn rate_bar(rate: &Rate, limits: &[(&str, u8)], is_below: bool) -> Markup {
    let Some((value, (low, high))) = rate.rate.zip(rate.interval).filter(|_| !rate.too_few) else {
        return html! {};
    };
    let mut title = rate.words();
    for (limit, percent) in limits {
        title += &format!(", {limit} {percent} %");
    }
    let percent = |of: f64| format!("{:.2}%", of * 100.0);
    html! {
        span.bar.rate role="img" title=(title) aria-label=(title) {
            i.gap style=(format!("width:{}", percent(low))) {}
            i.unsure style=(format!("width:{}", percent(high - low))) {}
            @for (_, limit) in limits { i.limit style=(format!("left:{limit}%")) {} }
            i.at.bad[is_below].good[!is_below] style=(format!("left:{}", percent(value))) {}
        }
    }
}

/// The percentage with two digits behind the point.
fn share(part: u64, whole: u64) -> String {
    let hundredths = u128::from(part) * 10_000 / u128::from(whole.max(1));
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

pub(super) fn percent(rate: &Rate) -> String {
    match rate.rate {
        Some(rate) => format!("{:.1} %", rate * 100.0),
        None => "–".to_owned(),
    }
}

/// A number that leads to the first of its records.
pub(super) fn listed(number: u64, list: &str, title: &str) -> Markup {
    html! {
        @if number == 0 { "0" }
        @else {
            button.link data-list=(list) data-title=(title) data-count=(number) { (grouped(number)) }
        }
    }
}

/// A number that is the sum of several, whose lists are called as `list` and, behind a point, one of `parts`, with a space
/// between two of these.
pub(super) fn summed(number: u64, list: &str, parts: &str, title: &str) -> Markup {
    html! {
        @if number == 0 { "0" }
        @else {
            button.link data-list=(list) data-parts=(parts) data-title=(title) data-count=(number) { (grouped(number)) }
        }
    }
}
