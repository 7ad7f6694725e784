//! What the metrics come to by what live-metrics counts: the same figures in the same words as from exports.

use std::collections::BTreeMap;

use ::metrics::{Tally, Trend};
use contracts::state::{MetricState, latest_up_to};
use crm::RecordKind;
use decisions::{
    Rules,
    metrics::{EARLIER, compared_with, form, held_as_of, kind_of, stretches, tally},
};
use jiff::Timestamp;
use model::{By, Metric, Population};

use super::{
    behind::Lists,
    report::{Before, Breakdown, MetricReport, breakdown, team_of},
};

/// What is kept of a metric.
#[derive(Debug, Clone, Default)]
pub struct KeptLive {
    /// What it comes to now.
    pub now: Option<MetricState>,
    /// What it had come to at the end of each day on which it changed, as far as that is kept, and what it comes to now.
    pub days: Vec<MetricState>,
}

/// Why a signal is not compared live.
const NOT_KEPT: &str = "not compared: nothing was counted yet so long before";

/// What the metrics of the model come to, by what is kept of them.
#[must_use]
pub fn live_reports(
    rules: &Rules,
    kept: &BTreeMap<String, KeptLive>,
    now: Timestamp,
) -> Vec<MetricReport> {
    let metrics = rules.model.metrics.iter();
    let report = |(name, metric): (&String, &Metric)| {
        let mut report = MetricReport::of(&rules.model, name, metric);
        let kept = kept.get(name);
        let state = kept.and_then(|it| it.now.as_ref());
        let days = kept.map_or(&[][..], |it| it.days.as_slice());
        let on = |weeks| latest_up_to(days, compared_with(rules, weeks, now));
        match (form(&metric.measure), state) {
            (None, _) => {
                let why =
                    "it is made of single values, which are not kept live: name exports behind it";
                report.not_told = Some(why.to_owned());
            }
            (Some(form), Some(state)) if state.form == form => {
                report.unsure = state.unsure;
                let figure = tally(&form, &state.total).figure();
                let by = breakdowns(rules, metric, state, now);
                let on = |weeks| {
                    let then: Option<&MetricState> = on(weeks).filter(|it| it.form == form);
                    then.map(|it| tally(&form, &it.total).figure())
                };
                report.before = on(1).map(|was| Before {
                    when: "a week before".to_owned(),
                    trend: Trend::of(&figure, &was),
                    figure: was,
                });
                for signal in &mut report.signals {
                    let written = rules.model.signals.get(&signal.signal);
                    match written.and_then(|it| on(it.weeks_before)) {
                        Some(was) => signal.compare(&figure, &was),
                        None => signal.not_told = Some(NOT_KEPT.to_owned()),
                    }
                    let since = state.signals.get(&signal.signal);
                    signal.open_since(since, rules.company_zone());
                }
                report.figured(metric, figure, by);
                report.cover(rules, metric, held_as_of(rules, metric, state.changed, now));
            }
            _ => report.not_told = Some("nothing has been counted yet".to_owned()),
        }
        report
    };
    metrics.map(report).collect()
}

fn breakdowns(
    rules: &Rules,
    metric: &Metric,
    state: &MetricState,
    now: Timestamp,
) -> Vec<Breakdown> {
    let kind = match &metric.of {
        Population::Clock(clock) => rules.model.clocks.get(clock).map(|it| it.record),
        of => kind_of(of),
    };
    let kind = kind.unwrap_or(RecordKind::Lead);
    // What is counted live says how many, not which.
    let none = Lists::default();
    let each = metric.by.iter().map(|by| {
        let words = match by {
            By::Team => By::Owner.words(),
            by => by.words(),
        };
        let told: Vec<String> = match by {
            By::Created(period) => {
                let stretches = stretches(*period, now, rules.company_zone());
                stretches.into_iter().map(|it| it.name).collect()
            }
            _ => Vec::new(),
        };
        let groups = state.by.get(&words).into_iter().flatten();
        let groups: Vec<(String, Tally)> = groups
            .map(|(group, kept)| {
                let name = match by {
                    By::Team => team_of(&rules.model, group),
                    By::Created(_) if !told.contains(group) => EARLIER.to_owned(),
                    _ => group.clone(),
                };
                (name, tally(&state.form, kept))
            })
            .collect();
        let named = groups
            .iter()
            .map(|(name, tally)| (name.clone(), tally, &none));
        breakdown(&rules.model, (by, kind), named)
    });
    each.collect()
}
