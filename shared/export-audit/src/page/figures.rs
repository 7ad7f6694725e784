//! A figure on the page, in which every number leads to its first records.

use ::metrics::{ConversionFrom, Figure, Quantile, Rate};
use maud::{Markup, html};

use super::bar::{listed, summed};
use crate::metrics::{CountsAs, FieldStands, MetricReport, between_words};

/// The name of the list with those that count so.
pub(super) fn list_of(key: &str, so: CountsAs) -> String {
    format!("{key}.{}", so.word())
}

/// The name of the list with those in which the field at this place stands so.
pub(super) fn list_field(key: &str, so: FieldStands, field: usize) -> String {
    format!("{key}.{}.{field}", so.word())
}

/// The name of the list with those in which all fields have a value, and one of them is stale.
pub(super) fn list_with_stale(key: &str) -> String {
    format!("{key}.with_stale")
}

/// The beginning of the names of the lists with those that left stages, and with those that still stand there.
pub(super) fn list_moved(key: &str) -> String {
    format!("{key}.moved")
}

/// The end of such a name: from which stage to which, by their places; to none of those that still stand there.
pub(super) fn way((from, to): (u8, Option<u8>)) -> String {
    match to {
        Some(to) => format!("{from}.{to}"),
        None => format!("{from}.still"),
    }
}

/// The ends of the names of those that left a stage, one after the other.
pub(super) fn ways(from: &ConversionFrom) -> String {
    let ways = from.to.iter().map(|(to, _)| way((from.stage, Some(*to))));
    ways.collect::<Vec<_>>().join(" ")
}

/// What a figure comes to, in words; `key` is the beginning of the names of its lists, `what` what its records are.
pub(super) fn figure(metric: &MetricReport, figure: &Figure, key: &str, what: &str) -> Markup {
    let list = |number: u64, so: CountsAs, title: &str| {
        listed(number, &list_of(key, so), &format!("{what}: {title}"))
    };
    html! {
        @match figure {
            Figure::Portion { rate, unknown, between } => {
                (portion(rate, (key, what), ["it holds", "it holds not"], "not"))
                @if *unknown > 0 {
                    "; " (list(*unknown, CountsAs::Unknown, "it is not known")) " unknown"
                    (between_words(rate.too_few, *unknown, *between))
                }
            }
            Figure::Filled { rate, unknown, stale, .. } => {
                (portion(rate, (key, what), ["all fields have a value", "a field has none"], "lack one"))
                @if *stale > 0 {
                    "; " (listed(*stale, &list_with_stale(key), &format!("{what}: with a stale value"))) " with a stale value"
                }
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
            Figure::Conversion(conversion) => {
                @let all: Vec<String> = conversion.from.iter().map(ways).collect();
                (summed(conversion.from.iter().map(|it| it.left).sum(), &list_moved(key), &all.join(" "), &format!("{what}: moves")))
                " moves"
            }
        }
    }
}

type List<'a> = dyn Fn(u64, CountsAs, &str) -> Markup + 'a;

/// `95 of 302: 31.5 % (26.5 to 36.9 %); 207 not`.
fn portion(rate: &Rate, (key, what): (&str, &str), [yes, no]: [&str; 2], not: &str) -> Markup {
    let rest = rate.of - rate.count;
    let list = |number: u64, so: CountsAs, title: &str| {
        listed(number, &list_of(key, so), &format!("{what}: {title}"))
    };
    html! {
        @if rate.of == 0 { "known of none" }
        @else {
            (list(rate.count, CountsAs::Yes, yes)) " of "
            (summed(rate.of, key, "yes no", &format!("{what}: all of which it is known"))) ": " (rate.words())
            @if rest > 0 { "; " (list(rest, CountsAs::No, no)) " " (not) }
        }
    }
}

fn quantile_of(metric: &MetricReport, quantile: &Quantile, list: &List<'_>, title: &str) -> Markup {
    html! { (metric.quantile_words(quantile)) ", of " (list(quantile.of, CountsAs::Yes, title)) }
}
