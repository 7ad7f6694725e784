//! How the metrics that have a floor or a target stand to it.

use std::collections::BTreeMap;

use ::metrics::Kept;
use contracts::state::MetricState;

use crate::{
    metrics::{form, tally},
    rules::Rules,
    shown::metric_label,
};

/// How a metric stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adherence {
    /// The metric, as people call it.
    pub metric: String,
    /// The rate in percent, 0 to 100; 0 where there are too few to tell.
    pub percent: u32,
    /// `38 of 42: 90.5 % (77.9 to 96.2 %), below the floor of 95 %`.
    pub said: String,
    /// Whether it is below its floor.
    pub below: bool,
}

/// The metrics that have a floor or a target, those below their floor first; none of which nothing was counted yet.
#[must_use]
pub fn adherence(rules: &Rules, kept: &BTreeMap<String, MetricState>) -> Vec<Adherence> {
    let metrics = rules.model.metrics.iter();
    let mut all: Vec<Adherence> = metrics
        .filter_map(|(name, metric)| {
            let state = kept.get(name)?;
            let limits = [("floor", metric.floor), ("target", metric.target)];
            let limits: Vec<(&str, u8)> = limits
                .into_iter()
                .filter_map(|(word, limit)| Some((word, limit?)))
                .collect();
            if limits.is_empty() || form(&metric.measure).as_ref() != Some(&state.form) {
                return None;
            }
            let figure = tally(&state.form, &state.total).figure();
            let rate = figure.rate()?;
            let stands = limits
                .iter()
                .map(|(word, limit)| Kept::of(rate, *limit).words(word, *limit));
            let stands: Vec<String> = stands.collect();
            let floor = metric.floor.map(|it| Kept::of(rate, it));
            Some(Adherence {
                metric: metric_label(&rules.model, name),
                percent: percent(rate.count, rate.of),
                said: format!(
                    "{} of {}: {}, {}",
                    rate.count,
                    rate.of,
                    rate.words(),
                    stands.join("; ")
                ),
                below: floor.is_some_and(Kept::is_below),
            })
        })
        .collect();
    all.sort_by_key(|it| !it.below);
    all
}

fn percent(count: u64, of: u64) -> u32 {
    let percent = count.saturating_mul(100).checked_div(of).unwrap_or(0);
    u32::try_from(percent).unwrap_or(100)
}
