//! The metrics of a page: a row each, with a bar, and its groups behind it.

use ::metrics::{Counts, Figure, Kept, Rate};
use maud::{Markup, html};

use super::bar::{bar, percent};
use crate::grouped::grouped;
use crate::metrics::{Breakdown, MetricReport, lever_words, leverage_words, points_words};

pub(super) fn metrics(metrics: &[MetricReport]) -> Markup {
    html! {
        @if !metrics.is_empty() {
            h2 { "Metrics" span.soft { " what is unknown is in no rate; intervals are of 95 %" } }
            table.metrics {
                thead { tr { th { "Metric" } th { "" } th { "Value" } th { "Floor and target" } th { "Owner" } } }
                tbody { @for it in metrics { (row(it)) } }
            }
        }
    }
}

fn row(metric: &MetricReport) -> Markup {
    html! {
        tr {
            td data-of="Metric" {
                b { (decisions::shown::spoken(&metric.metric)) }
                @match &metric.definition {
                    Some(definition) => div.soft { (definition) },
                    None => div.soft { (metric.of) },
                }
            }
            td data-of="" { @if let Some(figure) = &metric.figure { (figure_bar(figure)) } }
            td data-of="Value" {
                @if let Some(why) = &metric.not_told { span.soft { "Not counted: " (why) } }
                @if let Some(figure) = &metric.figure { (metric.figure_words(figure)) (parts(metric, figure)) }
                @for signal in &metric.signals {
                    div class=(if signal.is_worse == Some(true) { "medium" } else { "soft" }) { (signal.words()) }
                }
                (expected(metric))
                @for breakdown in &metric.by { (groups(metric, breakdown)) }
            }
            td data-of="Floor and target" class=(mark(metric)) {
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

fn counts_bar(counts: Counts) -> Markup {
    let Counts { yes, no, unknown } = counts;
    let title = format!("{yes} yes, {no} no, {unknown} unknown");
    let parts = [(yes, "good"), (no, "bad"), (unknown, "unsure")];
    bar(&parts, counts.all(), &title)
}

/// What a figure is made of, behind a fold: each field, or each stage.
fn parts(metric: &MetricReport, figure: &Figure) -> Markup {
    let name = |at: usize| metric.names.get(at).map_or("", String::as_str);
    html! {
        @match figure {
            Figure::Filled { fields, .. } => details {
                summary { "by field" }
                div.bars {
                    @for (at, counts) in fields.iter().enumerate() {
                        span { (name(at)) }
                        (counts_bar(*counts))
                        span { (percent(&Rate::of(counts.yes, counts.known()))) }
                    }
                }
            },
            Figure::Conversion(conversion) => details {
                summary { "by stage" }
                div.bars {
                    @for from in &conversion.from {
                        @for (to, rate) in &from.to {
                            span { (name(from.stage.into())) " → " (name((*to).into())) }
                            (bar(&[(rate.count, "good")], rate.of, &rate.words()))
                            span { (grouped(rate.count)) " of " (grouped(rate.of)) ", " (rate.words()) }
                        }
                    }
                }
            },
            _ => {},
        }
    }
}

/// What is to be expected to be won, and what each stage would add.
fn expected(metric: &MetricReport) -> Markup {
    let Some(leverage) = &metric.leverage else {
        return html! {};
    };
    let longest = leverage.levers.iter().map(|it| thousandths(it.more)).max();
    html! {
        p.soft { (leverage_words(leverage)) }
        @if !leverage.levers.is_empty() && !leverage.too_few {
            details {
                summary { (points_words(leverage)) }
                div.bars {
                    @for it in &leverage.levers {
                        span { (metric.names.get(usize::from(it.stage)).map_or("", String::as_str)) }
                        (bar(&[(thousandths(it.more), "good")], longest.unwrap_or(0), ""))
                        span { (lever_words(it)) }
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

fn groups(metric: &MetricReport, breakdown: &Breakdown) -> Markup {
    let longest = breakdown.groups.iter().map(|it| length(&it.figure)).max();
    html! {
        details {
            summary { "by " (breakdown.by) }
            div.bars {
                @for it in &breakdown.groups {
                    span class=(if it.floor.is_some_and(Kept::is_below) { "high" } else { "" }) {
                        (crate::metrics::name(&it.group))
                    }
                    @if it.figure.rate().is_some() { (figure_bar(&it.figure)) }
                    @else { (bar(&[(length(&it.figure), "good")], longest.unwrap_or(0), "")) }
                    span { (metric.figure_words(&it.figure)) }
                }
            }
        }
    }
}
