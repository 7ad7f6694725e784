//! The portions of metrics are what the ordinary evaluation says, and their groups come to them.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

mod deals;
mod live;

use contracts::Verdict;
use decisions::{Facts, Rules, verdict};
use metrics::Figure;
use model::{Measure, Metric, Population};
use model_compiler::Texts;
use proptest::prelude::*;

use deals::{accounts, audited, deals, now, without};

fn rules(metrics: &str) -> Rules {
    let files = testkit::example_files_with_metrics(metrics);
    let texts: Texts = files.into_iter().collect();
    let model = model_compiler::read(&texts).expect("a model");
    Rules::prepare(model, now()).expect("rules")
}

/// How many hold, of how many it is known, of how many not.
fn portion(figure: &Figure) -> (u64, u64, u64) {
    match figure {
        Figure::Portion { rate, unknown, .. } => (rate.count, rate.of, *unknown),
        other => panic!("{other:?}"),
    }
}

/// What the ordinary evaluation says of a portion: yes, known, unknown.
fn ordinary(metric: &Metric, all: &[Facts<'_>]) -> (u64, u64, u64) {
    let Measure::Portion(condition) = &metric.measure else {
        panic!()
    };
    let mut counts = (0, 0, 0);
    for facts in all {
        let looked_at = match &metric.of {
            Population::Open(_) => facts.is_open(),
            Population::InStage(_, stage) => facts.stage() == Some(stage),
            _ => true,
        };
        if !looked_at {
            continue;
        }
        match verdict(condition, facts) {
            Verdict::Held => counts = (counts.0 + 1, counts.1 + 1, counts.2),
            Verdict::NotHeld => counts.1 += 1,
            Verdict::Unknown => counts.2 += 1,
        }
    }
    counts
}

const PORTIONS: &str = "metrics:
  fit: { owner: olga, of: opportunities, portion: { opportunity.in_icp: yes }, by: [account.segment, quarter, week] }
  within: { owner: olga, of: open opportunities, portion: { deviation.past_corridor: none }, by: [owner, team] }
  not_idle: { owner: olga, of: opportunities, portion: { none: [{ deviation.no_contact: open }] }, by: [opportunity.territory] }
  ready: { owner: olga, of: opportunities in sql, portion: { opportunity.stage_criteria: met }, by: [stage] }
  soon: { owner: olga, of: opportunities in won, portion: { opportunity.promise_gap: { at_most: 3 } }, by: [month] }
";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn portions_are_what_the_ordinary_evaluation_says(
        deals in deals(), accounts in accounts(), absent in without(),
    ) {
        let rules = rules(PORTIONS);
        let report = audited(&rules, &deals, &accounts, absent);
        let known: Vec<_> = deals.iter().map(|it| it.facts(&accounts, absent)).collect();
        let facts: Vec<_> = known.iter().map(|it| it.of(&rules)).collect();
        for metric in &report.metrics {
            let whole = portion(metric.figure.as_ref().expect("a figure"));
            prop_assert_eq!(whole, ordinary(&rules.model.metrics[&metric.metric], &facts), "{}", &metric.metric);
            for breakdown in &metric.by {
                let parts = breakdown.groups.iter().map(|it| portion(&it.figure));
                let sum = parts.fold((0, 0, 0), |all, it| (all.0 + it.0, all.1 + it.1, all.2 + it.2));
                prop_assert_eq!(sum, whole, "{} by {}", &metric.metric, &breakdown.by);
            }
        }
    }
}
