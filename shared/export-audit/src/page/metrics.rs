//! The metrics of a page: a row each, with a bar, and its groups behind it.

use ::metrics::{Counts, FieldCounts, Figure, Kept, Lever, Rate};
use maud::{Markup, html};

use super::{
    bar::{bar, listed, percent, rate_bar, summed},
    figures::{figure, list_field, list_moved, list_of, way, ways},
};
use crate::metrics::{
    Breakdown, CountsAs, FieldStands, MetricReport, covered_words, leverage_parts, more_words,
    points_words,
};

/// The most groups of a breakdown that are on a page, which stays small however many owners there are.
pub(super) const GROUPS: usize = 20;

/// The beginning of the names of a metric's lists.
pub(super) fn key(metric: &MetricReport) -> String {
    format!("metric.{}", metric.metric)
}

/// The same of one group of a breakdown, by their places.
pub(super) fn group_key(metric: &str, by: usize, group: usize) -> String {
    format!("{metric}.{by}.{group}")
}

pub(super) fn metrics(metrics: &[MetricReport]) -> Markup {
    html! {
        @if !metrics.is_empty() {
            h2 { "Metrics" span.soft { " what is unknown is in no rate; intervals are of 95 %, grey with a mark for the rate and lines at floor and target" } }
            table.metrics {
                thead { tr { th { "Metric" } th { "" } th { "Value" } th { "Floor and target" } th { "Owner" } } }
                tbody { @for it in metrics { (row(it)) } }
            }
        }
    }
}

fn row(metric: &MetricReport) -> Markup {
    let key = key(metric);
    let called = decisions::shown::capital(&metric.label);
    html! {
        tr {
            td data-of="Metric" {
                b { (called) }
                @match &metric.definition {
                    Some(definition) => div.soft { (definition) },
                    None => div.soft { (metric.of) },
                }
            }
            td data-of="" { @if let Some(figure) = &metric.figure { (figure_bar(figure)) (held_bar(metric, figure)) } }
            td data-of="Value" {
                @if let Some(why) = &metric.not_told { span.soft { "Not counted: " (why) } }
                @if let Some(it) = &metric.figure { (figure(metric, it, &key, &called)) (parts(metric, it, &key, &called)) }
                @if metric.unsure > 0 {
                    div.soft {
                        "of " (listed(metric.unsure, &list_of(&key, CountsAs::Unsure), &format!("{called}: it is not known whether they belong to it")))
                        " it cannot be known whether they belong to it"
                    }
                }
                @for signal in &metric.signals {
                    div class=(if signal.is_worse == Some(true) { "medium" } else { "soft" }) { (signal.words()) }
                }
                (expected(metric, &key, &called))
                @for (at, breakdown) in metric.by.iter().enumerate() { (groups(metric, (at, breakdown), &key, &called)) }
            }
            td data-of="Floor and target" class=(mark(metric)) {
                @if let Some(covered) = &metric.covered { div { (covered.words()) } }
                @for limit in metric.limits() { div { (limit) } }
            }
            td data-of="Owner" { (metric.owner) div.soft { (metric.place) } }
        }
    }
}

/// The class of a metric that is below its floor or its target.
fn mark(metric: &MetricReport) -> &'static str {
    let below = |limit: Option<(u8, Option<Kept>)>| {
        limit.and_then(|(_, kept)| kept).is_some_and(Kept::is_below)
    };
    match (below(metric.floor), below(metric.target)) {
        (true, _) => "high",
        (_, true) => "medium",
        _ => "",
    }
}

/// A rate that is held against something: how far it is from that, and whether that may be chance.
fn held_bar(metric: &MetricReport, figure: &Figure) -> Markup {
    let limits = [("floor", metric.floor), ("target", metric.target)];
    let limits: Vec<(&str, u8)> = limits
        .into_iter()
        .filter_map(|(limit, it)| Some((limit, it?.0)))
        .collect();
    match figure.rate() {
        Some(rate) if !limits.is_empty() => rate_bar(rate, &limits, metric.is_below_floor()),
        _ => html! {},
    }
}

fn figure_bar(figure: &Figure) -> Markup {
    let counts = match figure {
        Figure::Portion { rate, unknown, .. } | Figure::Filled { rate, unknown, .. } => Counts {
            yes: rate.count,
            no: rate.of - rate.count,
            unknown: *unknown,
        },
        _ => return html! {},
    };
    counts_bar(counts)
}

/// How many values of a field are stale, and who answers for it.
fn terms(metric: &MetricReport, at: usize, counts: &FieldCounts, key: &str, name: &str) -> Markup {
    let Some(terms) = metric.fields.get(at) else {
        return html! {};
    };
    html! {
        @if let Some(days) = terms.fresh_for {
            "; " (listed(counts.stale, &list_field(key, FieldStands::Stale, at), &format!("{name} not changed for {days} days")))
            " not changed for " (days) " days"
            @if counts.undated > 0 {
                ", of " (listed(counts.undated, &list_field(key, FieldStands::Undated, at), &format!("It is not told when {name} was last changed")))
                " it is not told"
            }
        }
        @if let Some(owner) = &terms.owner { span.soft.below { (owner) " answers for it" } }
    }
}

fn field_bar(it: &FieldCounts) -> Markup {
    let fresh = it.yes - it.stale.min(it.yes);
    let title = format!(
        "{fresh} filled, {} stale, {} without a value, {} unknown",
        it.stale, it.no, it.unknown
    );
    let parts = [
        (fresh, "good"),
        (it.stale, "stale"),
        (it.no, "bad"),
        (it.unknown, "unsure"),
    ];
    bar(&parts, it.known() + it.unknown, &title)
}

fn counts_bar(counts: Counts) -> Markup {
    let Counts { yes, no, unknown } = counts;
    let title = format!("{yes} yes, {no} no, {unknown} unknown");
    let parts = [(yes, "good"), (no, "bad"), (unknown, "unsure")];
    bar(&parts, counts.all(), &title)
}

/// What a figure is made of, behind a fold: each field, or each stage.
fn parts(metric: &MetricReport, figure: &Figure, key: &str, called: &str) -> Markup {
    let name = |at: usize| metric.names.get(at).map_or("", String::as_str);
    html! {
        @match figure {
            Figure::Filled { fields, .. } => details {
                summary { "by field" }
                div.bars {
                    @for (at, counts) in fields.iter().enumerate() {
                        span { (name(at)) }
                        (field_bar(counts))
                        span {
                            (percent(&Rate::of(counts.yes, counts.known())))
                            @if counts.no > 0 {
                                "; " (listed(counts.no, &list_field(key, FieldStands::Without, at), &format!("{called}: without {}", name(at)))) " without a value"
                            }
                            (terms(metric, at, counts, key, name(at)))
                        }
                    }
                }
            },
            Figure::Conversion(conversion) => details {
                summary { "by stage" }
                div.bars {
                    @for from in &conversion.from {
                        @let stage = name(from.stage.into());
                        @for (to, rate) in &from.to {
                            span { (stage) " → " (name((*to).into())) }
                            (bar(&[(rate.count, "good")], rate.of, &rate.words()))
                            span {
                                (moved(rate.count, (key, &way((from.stage, Some(*to)))), &format!("{called}: {stage} → {}", name((*to).into()))))
                                " of " (moved(rate.of, (key, &ways(from)), &format!("{called}: left {stage}"))) ", " (rate.words())
                            }
                        }
                    }
                }
            },
            _ => {},
        }
    }
}

/// A number of moves, or of those that still stand somewhere; `ways` are the ends of the names of their lists.
fn moved(number: u64, (key, ways): (&str, &str), title: &str) -> Markup {
    summed(number, &list_moved(key), ways, title)
}

/// The ends of the names of the lists of those that still stand at some stages, one after the other.
fn still(stages: &[u8]) -> String {
    let ends = stages.iter().map(|it| way((*it, None)));
    ends.collect::<Vec<_>>().join(" ")
}

/// What a stage would add, at least and perhaps.
fn lever_bar(it: &Lever, longest: u64) -> Markup {
    let (low, high) = (thousandths(it.interval.0), thousandths(it.interval.1));
    let parts = [(low, "good"), (high.saturating_sub(low), "unsure")];
    bar(&parts, longest, &more_words(it))
}

/// What is to be expected to be won, and what each stage would add.
fn expected(metric: &MetricReport, key: &str, called: &str) -> Markup {
    let Some(leverage) = &metric.leverage else {
        return html! {};
    };
    let longest = leverage
        .levers
        .iter()
        .map(|it| thousandths(it.interval.1))
        .max();
    html! {
        p.soft {
            @let (before, open, after) = leverage_parts(leverage);
            @let unknown = if leverage.too_few { 0 } else { leverage.unknown };
            @let stages = if leverage.too_few { [&leverage.stages[..], &leverage.unknown_at].concat() } else { leverage.stages.clone() };
            (before) (moved(open, (key, &still(&stages)), &format!("{called}: open"))) (after)
            @if unknown > 0 {
                "; " (moved(unknown, (key, &still(&leverage.unknown_at)), &format!("{called}: open where nobody has left yet")))
                " stand where nobody has left yet: not known"
            }
        }
        @if !leverage.levers.is_empty() && !leverage.too_few {
            details {
                summary { (points_words(leverage)) }
                div.bars {
                    @for it in &leverage.levers {
                        @let stage = metric.names.get(usize::from(it.stage)).map_or("", String::as_str);
                        span { (stage) }
                        (lever_bar(it, longest.unwrap_or(0)))
                        span {
                            @let went = |to: &[u8]| to.iter().map(|to| way((it.stage, Some(*to)))).collect::<Vec<_>>().join(" ");
                            (more_words(it)) "; " (moved(it.lost, (key, &went(&it.lost_to)), &format!("{called}: lost from {stage}")))
                            " of " (moved(it.left, (key, &went(&it.left_to)), &format!("{called}: left {stage}"))) " that left it were lost"
                        }
                    }
                }
            }
        }
    }
}

/// How long the bar of a figure is that is no portion, in thousandths; nothing of what is below zero.
fn length(figure: &Figure) -> u64 {
    let value = match figure {
        Figure::Count { count } => return count.saturating_mul(1_000),
        Figure::Sum { sum, .. } => sum.to_f64(),
        Figure::Ratio { ratio, .. } => ratio.unwrap_or(0.0),
        Figure::Quantile { quantile, .. } | Figure::Passage { quantile, .. } => {
            quantile.value.map_or(0.0, ::metrics::Quantity::to_f64)
        }
        Figure::Portion { .. } | Figure::Filled { .. } | Figure::Conversion(_) => 0.0,
    };
    thousandths(value)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bar's length, and a float is cut to what fits"
)]
fn thousandths(value: f64) -> u64 {
    (value * 1_000.0) as u64
}

fn groups(
    metric: &MetricReport,
    (place, breakdown): (usize, &Breakdown),
    key: &str,
    called: &str,
) -> Markup {
    let longest = breakdown.groups.iter().map(|it| length(&it.figure)).max();
    html! {
        details {
            summary { "by " (breakdown.by) }
            div.bars {
                @for (at, it) in breakdown.groups.iter().take(GROUPS).enumerate() {
                    @let name = crate::metrics::name(&it.group);
                    span class=(if it.floor.is_some_and(Kept::is_below) { "high" } else { "" }) {
                        (name)
                    }
                    @if it.figure.rate().is_some() { (figure_bar(&it.figure)) }
                    @else { (bar(&[(length(&it.figure), "good")], longest.unwrap_or(0), &metric.figure_words(&it.figure))) }
                    span { (figure(metric, &it.figure, &group_key(key, place, at), &format!("{called}, {name}"))) (covered_words(it)) }
                }
            }
            @if breakdown.groups.len() > GROUPS {
                p.soft { "and " (breakdown.groups.len() - GROUPS) " more, which `fairlead metrics --json` has" }
            }
        }
    }
}
