//! What is counted live, as deals change in any order, is what an export of how they ended up comes to.
use std::collections::BTreeMap;

use contracts::state::{Contribution, CountedState, MetricState};
use decisions::{
    Rules,
    metrics::{Changed, Compared, Standings, compare, contributions, counted},
};
use export_audit::{KeptLive, MetricReport, live_reports};
use jiff::civil::date;
use model_compiler::Texts;
use proptest::prelude::*;

use crate::deals::{Absent, Account, Deal, accounts, audited, deals, now};

const METRICS: &str = "metrics:
  fit: { owner: olga, of: opportunities, portion: { opportunity.in_icp: yes }, by: [account.segment, quarter, week], floor: 50% }
  within: { owner: olga, of: open opportunities, portion: { deviation.past_corridor: none }, by: [owner, team] }
  ready: { owner: olga, of: opportunities in sql, portion: { opportunity.stage_criteria: met }, by: [stage] }
  young: { owner: olga, of: open opportunities, when: { none: [{ opportunity.age: { more_than: 60d } }] }, count: records, by: [month] }
  large: { owner: olga, of: open opportunities, when: { opportunity.amount: { at_least: 100 } }, count: records, by: [opportunity.territory] }
  pipeline: { owner: olga, of: open opportunities, sum: opportunity.amount, by: [stage, owner] }
  per_head: { owner: olga, of: opportunities, ratio: [opportunity.amount, account.employees], by: [team] }
  full: { owner: olga, of: open opportunities, filled: [opportunity.owner, opportunity.close_date, account.industry], by: [stage], target: 90% }
";

fn rules() -> Rules {
    let files = testkit::example_files_with_metrics(METRICS);
    let texts: Texts = files.into_iter().collect();
    let model = model_compiler::read(&texts).expect("a model");
    Rules::prepare(model, now()).expect("rules")
}

/// A deal of which every time is known, as of a copy from a CRM; of a person of the model, since an export does not
/// know of which CRM a stranger is.
fn known(deal: &Deal) -> Deal {
    let owner = deal.owner.map(|it| if it == "4711" { "11002" } else { it });
    Deal {
        owner,
        created: deal.created.or_else(|| Some(now())),
        stage_since: deal.stage_since.or_else(|| Some(now())),
        ..deal.clone()
    }
}

/// What is counted live.
#[derive(Default)]
struct Live {
    records: BTreeMap<usize, BTreeMap<String, Contribution>>,
    metrics: BTreeMap<String, MetricState>,
}

impl Live {
    /// Looks at deals as they are, in one batch.
    fn look(&mut self, rules: &Rules, batch: &BTreeMap<usize, Deal>, accounts: &[Account]) {
        let mut after = self.records.clone();
        for (at, deal) in batch {
            let known = deal.facts(accounts, Absent::default());
            let others = Standings {
                gate: known.gate,
                ..Standings::default()
            };
            after.insert(*at, contributions(rules, &known.record, &others, now()));
        }
        for name in rules.model.metrics.keys() {
            let of = |all: &'_ BTreeMap<usize, BTreeMap<String, Contribution>>, at| {
                all.get(at).and_then(|it| it.get(name)).cloned()
            };
            let changes: Vec<_> = batch
                .keys()
                .map(|at| (of(&self.records, at), of(&after, at)))
                .collect();
            let changes: Vec<Changed<'_>> = changes
                .iter()
                .map(|(before, after)| Changed {
                    before: before.as_ref(),
                    after: after.as_ref(),
                })
                .collect();
            let when = (date(2026, 11, 25), now());
            if let Some(state) = counted(self.metrics.get(name), &changes, 0, when) {
                self.metrics.insert(name.clone(), state);
            }
        }
        self.records = after;
    }

    fn reports(&self, rules: &Rules) -> Vec<MetricReport> {
        let kept = self.metrics.iter().map(|(name, state)| {
            let kept = KeptLive {
                now: Some(state.clone()),
                days: vec![state.clone()],
            };
            (name.clone(), kept)
        });
        live_reports(rules, &kept.collect(), now())
    }
}

/// All that a report says but why something is unknown, which no count keeps.
fn said(metric: &MetricReport) -> serde_json::Value {
    let mut said = serde_json::to_value(metric).expect("JSON");
    said["causes"] = serde_json::Value::Null;
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn live_counts_are_those_of_an_export_of_the_end(
        ends in deals(), others in deals(), accounts in accounts(),
        looks in prop::collection::vec(prop::collection::vec((0_usize..60, any::<bool>()), 1..8), 0..20),
    ) {
        let rules = rules();
        let ends: Vec<Deal> = ends.iter().map(known).collect();
        let mut live = Live::default();
        let of = |at: usize, ended: bool| {
            let deal = if ended { &ends[at % ends.len()] } else { &others[at % others.len()] };
            known(deal)
        };
        for look in looks {
            let each = look.into_iter().map(|(at, ended)| (at % ends.len(), of(at, ended)));
            live.look(&rules, &each.collect(), &accounts);
        }
        let all: BTreeMap<usize, Deal> = ends.iter().cloned().enumerate().collect();
        live.look(&rules, &all, &accounts);
        // Twice is once.
        live.look(&rules, &all, &accounts);
        let exported = audited(&rules, &ends, &accounts, Absent::default());
        for (live, exported) in live.reports(&rules).iter().zip(&exported.metrics) {
            // An export says a sum of none where live nothing has been counted yet.
            if live.not_told.is_none() {
                prop_assert_eq!(said(live), said(exported));
            } else {
                prop_assert!(exported.by.iter().all(|it| it.groups.is_empty()), "{}", exported.metric);
            }
        }
        let kept: Vec<CountedState> = live.records.values().map(|metrics| {
            CountedState { at: now(), metrics: metrics.clone() }
        }).collect();
        for (name, state) in &live.metrics {
            let compared = compare(&rules, (name, state), &kept, now() + jiff::SignedDuration::from_hours(1));
            prop_assert_eq!(compared, Compared::Right);
        }
    }
}
