//! Metrics for a reader at a terminal.

use std::fmt::Write as _;

use ::metrics::{Conversion, FieldCounts, Figure, Lever, Leverage, Quantile, Quantity, Trend};
use jiff::SignedDuration;
use model::wording::length;

use super::report::{GroupReport, MetricReport};
use crate::grouped::{amount, grouped};

/// The most groups of a breakdown that are shown; all are in the JSON.
const SHOWN: usize = 20;

/// The metrics, each with its figure, how sure it is, how it stands to its floor and target, and its groups.
#[must_use]
pub fn metrics_text(metrics: &[MetricReport]) -> String {
    let mut text = String::new();
    for metric in metrics {
        text += &of_metric(metric);
    }
    text
}

fn of_metric(metric: &MetricReport) -> String {
    let mut text = format!(
        "\n  {} · {} · owner {} · {}\n",
        metric.metric, metric.of, metric.owner, metric.place
    );
    if let Some(definition) = &metric.definition {
        let _ = writeln!(text, "    {definition}");
    }
    if let Some(why) = &metric.not_told {
        let _ = writeln!(text, "    not counted: {why}");
        return text;
    }
    let Some(figure) = &metric.figure else {
        return text;
    };
    let _ = writeln!(text, "    {}", metric.figure_words(figure));
    if let Some(covered) = &metric.covered {
        let _ = writeln!(text, "    {}", covered.words());
    }
    for limit in metric.limits() {
        let _ = writeln!(text, "    {limit}");
    }
    if let Some(before) = &metric.before {
        let (stands, sure) = before.trend.map_or(("beside", ""), Trend::words);
        let was = metric.figure_words(&before.figure);
        let _ = writeln!(text, "    {stands} {was} {}{sure}", before.when);
    }
    for signal in &metric.signals {
        let _ = writeln!(text, "    {}", signal.words());
    }
    if metric.unsure > 0 {
        let _ = writeln!(
            text,
            "    of {} it cannot be known whether they belong to it",
            grouped(metric.unsure)
        );
    }
    for (why, count) in metric.causes.iter().take(3) {
        let _ = writeln!(text, "    unknown: of {} {why}", grouped(*count));
    }
    text += &parts(metric, figure);
    text += &expected(metric);
    for breakdown in &metric.by {
        let _ = writeln!(text, "    by {}", breakdown.by);
        let rows = breakdown.groups.iter().take(SHOWN);
        let rows: Vec<[String; 2]> = rows.map(|it| metric.row(it)).collect();
        text += &table(&rows);
        if breakdown.groups.len() > SHOWN {
            let _ = writeln!(text, "      and {} more", breakdown.groups.len() - SHOWN);
        }
    }
    text
}

impl MetricReport {
    /// How it stands to its floor and to its target, in words.
    pub(crate) fn limits(&self) -> Vec<String> {
        let limits = [("floor", self.floor), ("target", self.target)];
        let limits = limits.into_iter().filter_map(|(name, limit)| {
            let (percent, kept) = limit?;
            Some(kept?.words(name, percent))
        });
        limits.collect()
    }

    /// `; 12 not changed for 90 days, of 3 not told when; olga answers for it`, of the field at this place.
    pub(crate) fn terms_words(&self, at: usize, counts: &FieldCounts) -> String {
        let Some(terms) = self.fields.get(at) else {
            return String::new();
        };
        let mut words = String::new();
        if let Some(days) = terms.fresh_for {
            words += &also(counts.stale, &format!("not changed for {days} days"));
            words += &also(
                counts.undated,
                "of which it is not told when they were changed",
            );
        }
        if let Some(owner) = &terms.owner {
            let _ = write!(words, "; {owner} answers for it");
        }
        words
    }

    fn row(&self, group: &GroupReport) -> [String; 2] {
        let below = group.floor.is_some_and(::metrics::Kept::is_below);
        let mark = if below { "  below the floor" } else { "" };
        [
            name(&group.group).to_owned(),
            format!(
                "{}{}{mark}",
                self.figure_words(&group.figure),
                covered_words(group)
            ),
        ]
    }

    /// A figure in words, with what it is of, its interval, and how many are unknown.
    pub(crate) fn figure_words(&self, figure: &Figure) -> String {
        match figure {
            Figure::Portion {
                rate,
                unknown,
                between,
            } => {
                let mut words = match rate.of {
                    0 => "known of none".to_owned(),
                    of => format!(
                        "{} of {}: {}",
                        grouped(rate.count),
                        grouped(of),
                        rate.words()
                    ),
                };
                if *unknown > 0 {
                    let _ = write!(words, "; {} unknown", grouped(*unknown));
                }
                words += &between_words(rate.too_few, *unknown, *between);
                words
            }
            Figure::Filled {
                rate,
                unknown,
                stale,
                ..
            } => format!(
                "{} of {} have all fields: {}{}{}",
                grouped(rate.count),
                grouped(rate.of),
                rate.words(),
                also(*stale, "of them with a stale value"),
                also(*unknown, "unknown")
            ),
            Figure::Count { count } => grouped(*count),
            Figure::Sum { sum, of, unknown } => format!(
                "{} of {}{}",
                self.quantity(*sum),
                grouped(*of),
                also(*unknown, "without a value")
            ),
            Figure::Ratio { ratio, of, unknown } => format!(
                "{} of {}{}",
                ratio.map_or_else(|| "none".to_owned(), |it| format!("{it:.3}")),
                grouped(*of),
                also(*unknown, "lack one of the two")
            ),
            Figure::Quantile { quantile, unknown } => {
                self.quantile(quantile) + &also(*unknown, "without a value")
            }
            Figure::Passage { quantile, underway } => {
                let what = if self.of.starts_with("clock ") {
                    "late and not met, and not in it"
                } else {
                    "under way, and not in it"
                };
                self.quantile(quantile) + &also(*underway, what)
            }
            Figure::Conversion(conversion) => {
                let left: u64 = conversion.from.iter().map(|it| it.left).sum();
                format!("{} moves", grouped(left))
            }
        }
    }

    fn quantile(&self, quantile: &Quantile) -> String {
        let of = grouped(quantile.of);
        format!("{}, of {of}", self.quantile_words(quantile))
    }

    /// `median 12 days (10 days to 14 days)`.
    pub(crate) fn quantile_words(&self, quantile: &Quantile) -> String {
        let Some(value) = quantile.value.filter(|_| !quantile.too_few) else {
            return "too few to tell".to_owned();
        };
        let which = match quantile.percent {
            50 => "median".to_owned(),
            percent => format!("{percent} % quantile"),
        };
        let interval = quantile.interval.map_or_else(String::new, |(low, high)| {
            format!(" ({} to {})", self.quantity(low), self.quantity(high))
        });
        format!("{which} {}{interval}", self.quantity(value))
    }

    pub(crate) fn quantity(&self, quantity: Quantity) -> String {
        if self.is_length {
            let length_of = SignedDuration::try_from_secs_f64(quantity.to_f64());
            return length_of.map_or_else(|_| quantity.to_string(), length);
        }
        amount(quantity)
    }
}

/// `; 1.60 times the target of 1,500,000 for 2026-Q4`, of a group that has a part of it.
pub(crate) fn covered_words(group: &GroupReport) -> String {
    let covered = group.covered.as_ref();
    covered.map_or_else(String::new, |it| format!("; {}", it.words()))
}

/// `, with which it is 22.8 to 49.6 %`: between which rates it lies if those are counted of which it is not known.
pub(crate) fn between_words(too_few: bool, unknown: u64, between: Option<(f64, f64)>) -> String {
    match between {
        Some((least, most)) if unknown > 0 && !too_few => {
            let (least, most) = (least * 100.0, most * 100.0);
            format!(", with which it is {least:.1} to {most:.1} %")
        }
        _ => String::new(),
    }
}

/// What is to be expected to be won, and what would be with fewer lost.
fn expected(metric: &MetricReport) -> String {
    let Some(leverage) = &metric.leverage else {
        return String::new();
    };
    let mut text = format!("    {}\n", leverage_words(leverage));
    let levers = leverage.levers.iter();
    let rows = levers.map(|it| {
        let name = metric.names.get(usize::from(it.stage));
        [name.cloned().unwrap_or_default(), lever_words(it)]
    });
    let rows: Vec<[String; 2]> = rows.collect();
    if leverage.too_few {
        return text;
    }
    if !rows.is_empty() {
        let _ = writeln!(text, "    {}", points_words(leverage));
    }
    text + &table(&rows)
}

/// `of 70 open 21.3 are to be expected to be won (14.1 to 28.5)`.
fn leverage_words(leverage: &Leverage) -> String {
    let (before, open, after) = leverage_parts(leverage);
    let unknown = match leverage.too_few {
        true => 0,
        false => leverage.unknown,
    };
    let unknown = also(unknown, "stand where nobody has left yet: not known");
    format!("{before}{}{after}{unknown}", grouped(open))
}

/// How many of the open ones that are known are to be expected to be won: their number, and the words before and after
/// it. Where too few have left a stage to tell, the number is of all that are open.
pub(crate) fn leverage_parts(leverage: &Leverage) -> (&'static str, u64, String) {
    let (low, high) = leverage.interval;
    match leverage.too_few {
        true => (
            "too few have left a stage to tell how many of ",
            leverage.open,
            " open are to be expected to be won".to_owned(),
        ),
        false => (
            "of ",
            leverage.open - leverage.unknown,
            format!(
                " open {:.1} are to be expected to be won ({low:.1} to {high:.1})",
                leverage.wins
            ),
        ),
    }
}

/// `with 5 of a hundred fewer lost at`.
pub(crate) fn points_words(leverage: &Leverage) -> String {
    format!(
        "with {:.0} of a hundred fewer lost at one stage",
        leverage.points * 100.0
    )
}

/// `+2.4 (1.9 to 2.9); 31 of 80 that left it were lost`.
fn lever_words(lever: &Lever) -> String {
    let (lost, left) = (grouped(lever.lost), grouped(lever.left));
    format!(
        "{}; {lost} of {left} that left it were lost",
        more_words(lever)
    )
}

/// `+2.4 (1.9 to 2.9)`: what a stage would add.
pub(crate) fn more_words(lever: &Lever) -> String {
    let (low, high) = lever.interval;
    match lever.too_few {
        true => "too few to tell".to_owned(),
        false => format!("+{:.1} ({low:.1} to {high:.1})", lever.more),
    }
}

fn also(count: u64, what: &str) -> String {
    match count {
        0 => String::new(),
        count => format!("; {} {what}", grouped(count)),
    }
}

/// What a figure is made of: each field, or each stage.
fn parts(metric: &MetricReport, figure: &Figure) -> String {
    let name = |at: usize| metric.names.get(at).map_or("", String::as_str).to_owned();
    let rows: Vec<[String; 2]> = match figure {
        Figure::Filled { fields, .. } => {
            let fields = fields.iter().enumerate().map(|(at, it)| {
                let rate = ::metrics::Rate::of(it.yes, it.known());
                let words = if it.known() == 0 {
                    "no column tells it".to_owned()
                } else {
                    format!(
                        "{}{}{}",
                        rate.words(),
                        also(it.no, "without a value"),
                        metric.terms_words(at, it)
                    )
                };
                [name(at), words]
            });
            fields.collect()
        }
        Figure::Conversion(conversion) => conversion_rows(conversion, &name),
        _ => Vec::new(),
    };
    table(&rows)
}

fn conversion_rows(conversion: &Conversion, name: &dyn Fn(usize) -> String) -> Vec<[String; 2]> {
    let mut rows = Vec::new();
    for from in &conversion.from {
        let stage = name(from.stage.into());
        for (to, rate) in &from.to {
            let went = format!("{stage} → {}", name((*to).into()));
            let of = format!("{} of {}", grouped(rate.count), grouped(rate.of));
            rows.push([went, format!("{of}: {}", rate.words())]);
        }
        if from.still > 0 {
            rows.push([stage, format!("{} still there", grouped(from.still))]);
        }
    }
    rows
}

pub(crate) fn name(name: &str) -> &str {
    if name.is_empty() { "none" } else { name }
}

/// Rows in two columns.
fn table(rows: &[[String; 2]]) -> String {
    let width = rows.iter().map(|[it, _]| it.chars().count()).max();
    let width = width.unwrap_or(0);
    let line = |[one, other]: &[String; 2]| format!("      {one:width$}  {other}\n");
    rows.iter().map(line).collect()
}
