//! A figure on the page, in which every number leads to its first records.

use ::metrics::{Figure, Quantile, Rate};
use maud::{Markup, html};

use super::bar::listed;
use crate::{
    grouped::grouped,
    metrics::{CountsAs, MetricReport, between_words},
};

/// The name of the list with those that count so.
pub(super) fn list_of(key: &str, so: CountsAs) -> String {
    format!("{key}.{}", so.word())
}

/// The name of the list with those that have no value for the field at this place.
pub(super) fn list_without(key: &str, field: usize) -> String {
    format!("{key}.without.{field}")
}

/// The name of the list with those in which the field at this place is stale.
pub(super) fn list_stale(key: &str, field: usize) -> String {
    format!("{key}.stale.{field}")
}

/// The name of the list with those that went from one stage to another, by their places.
pub(super) fn list_moved(key: &str, (from, to): (u8, u8)) -> String {
    format!("{key}.moved.{from}.{to}")
}

/// What a figure comes to, in words; `key` is the beginning of the names of its lists, `what` what its records are.
pub(super) fn figure(metric: &MetricReport, figure: &Figure, key: &str, what: &str) -> Markup {
    let list = |number: u64, so: CountsAs, title: &str| {
        listed(number, &list_of(key, so), &format!("{what}: {title}"))
    };
    html! {
        @match figure {
            Figure::Portion { rate, unknown, between } => {
                (portion(rate, &list, ["it holds", "it holds not"], "not"))
                @if *unknown > 0 {
                    "; " (list(*unknown, CountsAs::Unknown, "it is not known")) " unknown"
                    (between_words(rate.too_few, *unknown, *between))
                }
            }
            Figure::Filled { rate, unknown, stale, .. } => {
                (portion(rate, &list, ["all fields have a value", "a field has none"], "lack one"))
                @if *stale > 0 { "; " (grouped(*stale)) " with a stale value" }
                @if *unknown > 0 { "; " (list(*unknown, CountsAs::Unknown, "it is not known")) " unknown" }
            }
            Figure::Count { count } => (list(*count, CountsAs::Yes, "the first")),
            Figure::Sum { sum, of, unknown } => {
                (metric.quantity(*sum)) " of " (list(*of, CountsAs::Yes, "with a value"))
                @if *unknown > 0 { "; " (list(*unknown, CountsAs::Unknown, "without a value")) " without a value" }
            }
            Figure::Ratio { ratio, of, unknown } => {
                (ratio.map_or_else(|| "none".to_owned(), |it| format!("{it:.3}")))
                " of " (list(*of, CountsAs::Yes, "with both"))
                @if *unknown > 0 { "; " (list(*unknown, CountsAs::Unknown, "lack one of the two")) " lack one of the two" }
            }
            Figure::Quantile { quantile, unknown } => {
                (quantile_of(metric, quantile, &list, "with a value"))
                @if *unknown > 0 { "; " (list(*unknown, CountsAs::Unknown, "without a value")) " without a value" }
            }
            Figure::Passage { quantile, underway } => {
                (quantile_of(metric, quantile, &list, "came to its end"))
                @if *underway > 0 { "; " (list(*underway, CountsAs::Unknown, "under way")) " under way, and not in it" }
            }
            Figure::Conversion(_) => (metric.figure_words(figure)),
        }
    }
}

type List<'a> = dyn Fn(u64, CountsAs, &str) -> Markup + 'a;

/// `95 of 302: 31.5 % (26.5 to 36.9 %); 207 not`.
fn portion(rate: &Rate, list: &List<'_>, [yes, no]: [&str; 2], not: &str) -> Markup {
    let rest = rate.of - rate.count;
    html! {
        @if rate.of == 0 { "known of none" }
        @else {
            (list(rate.count, CountsAs::Yes, yes)) " of " (grouped(rate.of)) ": " (rate.words())
            @if rest > 0 { "; " (list(rest, CountsAs::No, no)) " " (not) }
        }
    }
}

fn quantile_of(metric: &MetricReport, quantile: &Quantile, list: &List<'_>, title: &str) -> Markup {
    html! { (metric.quantile_words(quantile)) ", of " (list(quantile.of, CountsAs::Yes, title)) }
}
