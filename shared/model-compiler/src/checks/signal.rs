//! A signal watches a number that is counted each night with an interval behind it: a portion, a count, filled fields, or
//! the runs of a clock. Sums and ratios of sums have none, since a few large records decide them; quantiles of fields,
//! conversions and stretches are made of single values, of which no day is kept.

use super::check::{Check, Problems, Reading};
use crate::{grammar::population, problems::problem::ProblemSeverity, yaml::node::Node};
use model::{ModelFile, Population};

pub(super) static CHECK: Check = Check {
    name: "signal",
    about: "A signal watches a metric that is counted with an interval.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Metrics) else {
        return;
    };
    let signals = root.get("signals").into_iter().flat_map(Node::entries);
    for (_, _, signal) in signals {
        let Some(watched) = signal.get("metric") else {
            continue;
        };
        // A name that no metric has is reported by itself.
        let name = watched.text().unwrap_or_default();
        let metric = root.get("metrics").and_then(|it| it.get(name));
        let Some((is, fix)) = metric.and_then(not_watched) else {
            continue;
        };
        let what = format!("`{name}` is {is}: whether it has moved cannot be told each night");
        problems.at(
            &CHECK,
            ModelFile::Metrics,
            watched.span,
            what,
            fix.to_owned(),
        );
    }
}

/// What a metric is that no signal can watch, and what to do about it.
fn not_watched(metric: &Node) -> Option<(&'static str, &'static str)> {
    const PORTION: &str = "watch a portion that says the same, for example `portion: { opportunity.time_in_stage: { more_than: 21d } }`";
    const COUNT: &str = "watch how many there are, `count: records`, or a portion of them";
    let of = metric.text_of("of").and_then(population::read)?;
    if matches!(of, Population::Lifecycle(_)) {
        return Some((
            "made of the single ways of records, of which no day is kept",
            PORTION,
        ));
    }
    if metric.get("sum").is_some() {
        return Some((
            "a sum, which has no interval: a few large records decide it",
            COUNT,
        ));
    }
    if metric.get("ratio").is_some() {
        return Some((
            "a ratio of sums, which has no interval: a few large records decide it",
            COUNT,
        ));
    }
    metric.get("field").map(|_| {
        (
            "a quantile, made of single values of which no day is kept",
            PORTION,
        )
    })
}
