//! Why the rates of metrics are others than they were: mix and process.

use std::{collections::BTreeMap, fmt::Write as _};

use ::metrics::{Change, Rate};
use serde::Serialize;

use super::report::{Breakdown, MetricReport};

/// How many groups of a breakdown are told.
const SHOWN: usize = 8;

/// The change of one metric, split by the groups of one of its breakdowns.
#[derive(Debug, Clone, Serialize)]
pub struct MetricChange {
    /// The metric.
    pub metric: String,
    /// By what it is split.
    pub by: String,
    /// The change, and its parts.
    #[serde(flatten)]
    pub change: Change,
}

/// How the rates among some metrics changed, each split by every breakdown that both have.
#[must_use]
pub fn metric_changes(before: &[MetricReport], now: &[MetricReport]) -> Vec<MetricChange> {
    let mut changes = Vec::new();
    for metric in now {
        let was = before.iter().find(|it| it.metric == metric.metric);
        for breakdown in &metric.by {
            let was = was.and_then(|it| it.by.iter().find(|it| it.by == breakdown.by));
            let Some(was) = was else { continue };
            let mut groups = BTreeMap::new();
            let mut all_rates = true;
            for (at, side) in [was, breakdown].into_iter().enumerate() {
                all_rates &= counted(side, at, &mut groups);
            }
            if all_rates && !groups.is_empty() {
                changes.push(MetricChange {
                    metric: metric.metric.clone(),
                    by: breakdown.by.clone(),
                    change: Change::of(&groups),
                });
            }
        }
    }
    changes
}

/// Puts what a breakdown counts on its side of each group, and says whether all of it are rates.
fn counted(of: &Breakdown, side: usize, groups: &mut BTreeMap<String, [(u64, u64); 2]>) -> bool {
    of.groups.iter().all(|it| {
        let Some(rate) = it.figure.rate() else {
            return false;
        };
        let counts = groups.entry(it.group.clone()).or_default();
        if let Some(here) = counts.get_mut(side) {
            *here = (rate.count, rate.of);
        }
        true
    })
}

/// The changes for a reader at a terminal.
#[must_use]
pub fn changes_text(changes: &[MetricChange]) -> String {
    let mut text = String::new();
    for it in changes {
        let [before, now] = it.change.rates.map(|rate| rate_words(&rate));
        let _ = writeln!(text, "\n  {} by {}: {before} → {now}", it.metric, it.by);
        let Some(change) = it.change.change else {
            text += "    one of them is of nothing\n";
            continue;
        };
        let Change { mix, process, .. } = it.change;
        let _ = writeln!(
            text,
            "    {} points: {} by the mix of groups, {} within them",
            points(change),
            points(mix),
            points(process)
        );
        for group in it.change.groups.iter().take(SHOWN) {
            let [before, now] = group.rates.map(|rate| rate_words(&rate));
            let name = if group.group.is_empty() {
                "none"
            } else {
                &group.group
            };
            let (mix, process) = (points(group.mix), points(group.process));
            let _ = writeln!(
                text,
                "      {name}: mix {mix}, within {process}; {before} → {now}"
            );
        }
        let rest = it.change.groups.len().saturating_sub(SHOWN);
        if rest > 0 {
            let _ = writeln!(text, "      and {rest} more; --json has all");
        }
    }
    text
}

fn rate_words(rate: &Rate) -> String {
    match rate.rate {
        Some(is) => format!("{:.1} % of {}", is * 100.0, rate.of),
        None => "none of 0".to_owned(),
    }
}

/// `+1.25`, in points of a hundred.
fn points(part: f64) -> String {
    format!("{:+.2}", part * 100.0 + 0.0)
}
