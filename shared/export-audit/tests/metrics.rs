//! Metrics from exports: worked out by hand, and as they are told.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may panic, and reads its golden file"
)]

use std::io::Read;

use decisions::Rules;
use export_audit::{Export, Findings, Layouts, MetricReport, Report, audit, metrics_text};
use jiff::Timestamp;
use metrics::{Figure, Kept};
use model::By;
use model_compiler::Texts;

fn now() -> Timestamp {
    testkit::at("2026-11-25T12:00:00Z")
}

fn export(name: &str, text: &str) -> Export {
    let text = text.to_owned();
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

/// Twelve open deals and two closed ones. A1 fits the profile, A2 does not, of A3 it cannot be known.
const DEALS: &str = "\
id,stage,amount,owner,account,created,since,close,yes
1,discovery,100.50,anna,A1,2026-11-20,2026-11-20,2026-12-01,true
2,discovery,200,anna,A1,2026-11-01,2026-11-10,2026-12-01,true
3,discovery,,anna,A2,2026-10-05,2026-11-15,2026-12-01,true
4,sql,1000,ben,A1,2026-09-01,2026-11-01,2026-12-01,true
5,sql,2000,ben,A1,2026-09-02,2026-11-02,,true
6,sql,3000,ben,A2,2026-08-01,2026-11-03,2026-12-01,false
7,sql,4000,,A3,2026-11-03,2026-11-04,2026-12-01,true
8,proposal,5000,anna,A1,2026-11-04,2026-11-05,2026-12-01,true
9,proposal,6000,anna,A1,2026-11-05,,2026-12-01,true
10,proposal,7000,olga,A3,2026-11-06,2026-11-07,2026-12-01,true
11,negotiation,8000,olga,A2,2026-01-05,2026-11-08,2026-12-01,true
12,negotiation,9000,olga,A1,2026-11-08,2026-11-09,2026-12-01,true
13,won,10000,olga,A1,2026-03-01,2026-11-09,2026-11-09,true
14,lost,11000,olga,A2,2026-03-01,2026-11-09,2026-11-09,true
";
const ACCOUNTS: &str = "\
id,employees,industry,country
A1,300,software,DE
A2,20,software,US
A3,300,,DE
";
const MOVES: &str = "\
deal,at,stage
12,2026-10-01,discovery
12,2026-10-11,sql
12,2026-11-01,proposal
12,2026-11-09,negotiation
13,2026-09-01,discovery
13,2026-09-11,sql
13,2026-11-09,won
14,2026-09-01,discovery
14,2026-11-09,lost
4,2026-11-01,sql
99,2026-11-01,sql
";
const MAPPING: &str = "
files:
  deals.csv:
    record: opportunity
    time_zone: UTC
    id: id
    columns:
      stage: { column: stage }
      amount: { column: amount }
      owner: { column: owner }
      account: { column: account }
      created: { column: created }
      stage_since: { column: since }
      close_date: { column: close }
      budget_confirmed: { column: \"yes\" }
      decision_maker_met: { column: \"yes\" }
      pain_documented: { column: \"yes\" }
      timeline_agreed: { column: \"yes\" }
  accounts.csv:
    record: account
    id: id
    columns: { employees: { column: employees }, industry: { column: industry }, country: { column: country } }
  moves.csv:
    record: opportunity
    event: stage_move
    time_zone: UTC
    id: deal
    columns: { at: { column: at }, stage: { column: stage } }
";

/// Metrics of every kind; the rest is the example model.
const METRICS: &str = "metrics:
  fit: { owner: olga, of: open opportunities, portion: { opportunity.in_icp: yes }, floor: 70%, target: 85%,
         by: [opportunity.segment, team, owner, month] }
  corridor: { owner: olga, of: open opportunities, portion: { deviation.past_corridor: none } }
  ready: { owner: olga, of: opportunities in sql, portion: { opportunity.stage_criteria: met } }
  large: { owner: olga, of: open opportunities, when: { opportunity.amount: { at_least: 5000 } }, count: records }
  all: { owner: olga, of: opportunities, count: records, by: [stage] }
  pipeline: { owner: olga, of: open opportunities, sum: opportunity.amount, by: [stage] }
  per_head: { owner: olga, of: open opportunities, ratio: [opportunity.amount, account.employees] }
  waiting: { owner: olga, of: open opportunities, field: opportunity.time_in_stage, quantile: 50% }
  size: { owner: olga, of: open opportunities, field: opportunity.amount, quantile: 90% }
  known: { owner: olga, of: open opportunities, filled: [opportunity.amount, opportunity.owner, account.industry, opportunity.loss_reason] }
  moves: { owner: olga, of: lifecycle opportunity }
  lately: { owner: olga, of: lifecycle opportunity, window: 30d }
  cycle: { owner: olga, of: lifecycle opportunity, from: discovery, to: won, quantile: 50% }
  in_time: { owner: olga, of: clock first_response, portion: met_in_time }
";

fn rules(metrics: &str) -> Rules {
    let files = testkit::example_files_with_metrics(metrics);
    let texts: Texts = files.into_iter().collect();
    let model = model_compiler::read(&texts).expect("a model");
    Rules::prepare(model, now()).expect("rules")
}

fn report(names: &[&str]) -> Report {
    let all = [
        ("deals.csv", DEALS),
        ("accounts.csv", ACCOUNTS),
        ("moves.csv", MOVES),
    ];
    let exports = all.iter().filter(|(name, _)| names.contains(name));
    let exports: Vec<Export> = exports.map(|(name, text)| export(name, text)).collect();
    let layouts = Layouts::parse(MAPPING).expect("a mapping");
    let mut findings = Findings::keeping(0);
    audit(
        &rules(METRICS),
        &exports,
        &layouts,
        now(),
        &mut findings,
        &mut |_| {},
    )
    .expect("a report")
}

fn everything() -> Report {
    report(&["deals.csv", "accounts.csv", "moves.csv"])
}

fn of<'r>(report: &'r Report, name: &str) -> &'r MetricReport {
    let found = report.metrics.iter().find(|it| it.metric == name);
    found.expect(name)
}

fn portion(figure: &Figure) -> (u64, u64, u64) {
    match figure {
        Figure::Portion { rate, unknown, .. } | Figure::Filled { rate, unknown, .. } => {
            (rate.count, rate.of, *unknown)
        }
        other => panic!("{other:?}"),
    }
}

fn told(report: &Report, name: &str) -> (u64, u64, u64) {
    portion(of(report, name).figure.as_ref().expect(name))
}

/// In the profile: 1, 2, 4, 5, 8, 9, 12. Not in it: 3, 6, 11. Unknown: 7, 10.
#[test]
fn portions_are_of_what_is_known() {
    let report = everything();
    assert_eq!(told(&report, "fit"), (7, 10, 2));
    let fit = of(&report, "fit");
    assert_eq!(fit.floor, Some((70, Some(Kept::Perhaps))));
    assert_eq!(fit.target, Some((85, Some(Kept::PerhapsNot))));
    let Some(Figure::Portion { rate, between, .. }) = &fit.figure else {
        panic!()
    };
    // Wilson of 7 of 10: (0.7 + z²/20 ∓ z·√(0.021 + z²/400)) / (1 + z²/10).
    let (low, high) = rate.interval.expect("an interval");
    assert!(
        (low - 0.3968).abs() < 1e-4 && (high - 0.8922).abs() < 1e-4,
        "{low} {high}"
    );
    assert_eq!(
        between.map(|(low, high)| ((low * 12.0).round(), (high * 12.0).round())),
        Some((7.0, 9.0))
    );
    assert_eq!(
        fit.causes,
        [("opportunity.in_icp has no value".to_owned(), 2)]
    );
    // Past the corridor: 3, 6 and 11, of 45 days; all others are younger than 90 days.
    assert_eq!(told(&report, "corridor"), (9, 12, 0));
    // At sql: 4 and 7 meet the criteria; 5 has no date, 6 has no yes.
    assert_eq!(told(&report, "ready"), (2, 4, 0));
}

#[test]
fn groups_come_to_the_whole() {
    let report = everything();
    let fit = of(&report, "fit");
    let groups = |by: usize| -> Vec<(&str, (u64, u64, u64))> {
        let groups = fit.by[by].groups.iter();
        groups
            .map(|it| (it.group.as_str(), portion(&it.figure)))
            .collect()
    };
    assert_eq!(groups(0), [("mid_market", (7, 7, 2)), ("smb", (0, 3, 0))]);
    assert_eq!(
        groups(1),
        [
            ("dach_sales", (6, 8, 0)),
            ("revenue_ops", (1, 2, 1)),
            ("", (0, 0, 1))
        ]
    );
    assert_eq!(
        groups(2),
        [
            ("anna", (4, 5, 0)),
            ("ben", (2, 3, 0)),
            ("olga", (1, 2, 1)),
            ("", (0, 0, 1))
        ]
    );
    assert_eq!(
        groups(3),
        [
            ("2026-01", (0, 1, 0)),
            ("2026-08", (0, 1, 0)),
            ("2026-09", (2, 2, 0)),
            ("2026-10", (0, 1, 0)),
            ("2026-11", (5, 5, 2)),
        ]
    );
}

#[test]
fn counts_sums_and_quantiles_by_hand() {
    let report = everything();
    let figure = |name: &str| of(&report, name).figure.clone().expect(name);
    // 8, 9, 10, 11, 12; of 3 the amount is not known.
    assert_eq!(figure("large"), Figure::Count { count: 5 });
    assert_eq!(of(&report, "large").unsure, 1);
    assert_eq!(figure("all"), Figure::Count { count: 14 });
    let Figure::Sum {
        sum,
        of: summed,
        unknown,
    } = figure("pipeline")
    else {
        panic!()
    };
    assert_eq!(
        (sum.to_string().as_str(), summed, unknown),
        ("45300.5", 11, 1)
    );
    // All but 3: 45300.5 over 9 times 300 and 2 times 20.
    let Figure::Ratio {
        ratio,
        of: both,
        unknown,
    } = figure("per_head")
    else {
        panic!()
    };
    assert!((ratio.expect("a ratio") - 45_300.5 / 2_740.0).abs() < 1e-9);
    assert_eq!((both, unknown), (11, 1));
    // The sixth of eleven: 10, in its stage since 7 November; the days are those of UTC.
    let Figure::Quantile { quantile, unknown } = figure("waiting") else {
        panic!()
    };
    let days = quantile.value.expect("a median").to_f64() / 86_400.0;
    assert!((days - 18.5).abs() < 1e-9, "{days}");
    assert_eq!((quantile.of, unknown), (11, 1));
    // 90 % of 11 is 9.9: the tenth.
    let Figure::Quantile { quantile, .. } = figure("size") else {
        panic!()
    };
    assert_eq!(
        quantile.value.map(|it| it.to_string()).as_deref(),
        Some("8000")
    );
}

/// A field that has no column is unknown, and makes no record one that is not filled.
#[test]
fn what_has_no_column_is_not_empty() {
    let report = everything();
    // 3 has no amount, 7 no owner and no industry, 10 no industry; of the others the reason is not told.
    assert_eq!(told(&report, "known"), (0, 3, 9));
    let Some(Figure::Filled { fields, .. }) = &of(&report, "known").figure else {
        panic!()
    };
    let counts: Vec<_> = fields
        .iter()
        .map(|it| (it.yes, it.no, it.unknown))
        .collect();
    assert_eq!(counts, [(11, 1, 0), (11, 1, 0), (10, 2, 0), (0, 0, 12)]);
}

#[test]
fn conversions_and_lengths_are_those_of_the_log() {
    let report = everything();
    let moves = |name: &str| {
        let Some(Figure::Conversion(all)) = &of(&report, name).figure else {
            panic!()
        };
        let from = all.from.iter().map(|it| {
            let to: Vec<_> = it.to.iter().map(|(to, rate)| (*to, rate.count)).collect();
            (it.stage, it.left, it.still, to)
        });
        from.collect::<Vec<_>>()
    };
    // 0 discovery, 1 sql, 2 proposal, 3 negotiation, 4 won, 5 lost. 99 is in no file of records.
    assert_eq!(
        moves("moves"),
        [
            (0, 3, 0, vec![(1, 2), (5, 1)]),
            (1, 2, 1, vec![(2, 1), (4, 1)]),
            (2, 1, 0, vec![(3, 1)]),
            (3, 0, 1, vec![]),
            (4, 0, 1, vec![]),
            (5, 0, 1, vec![]),
        ]
    );
    assert_eq!(moves("lately")[0], (0, 1, 0, vec![(5, 1)]));
    let Some(Figure::Passage { quantile, underway }) = &of(&report, "cycle").figure else {
        panic!()
    };
    assert_eq!(
        quantile.value.map(|it| it.to_string()),
        Some((69 * 86_400).to_string())
    );
    assert_eq!((quantile.of, *underway), (1, 2));
}

#[test]
fn what_exports_do_not_tell_is_said() {
    let report = report(&["deals.csv", "accounts.csv"]);
    let why = |name: &str| of(&report, name).not_told.clone().expect(name);
    assert_eq!(why("in_time"), "an export does not tell the runs of clocks");
    assert!(why("moves").starts_with("no export is a log of stage moves: add one"));
    assert_eq!(of(&report, "in_time").figure, None);
}

#[test]
fn metrics_are_told_as_in_the_golden_file() {
    let said = metrics_text(&everything().metrics);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/goldens/metrics.txt");
    if std::env::var("BLESS").is_ok() {
        std::fs::write(path, &said).expect("written");
    }
    let golden = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        said, golden,
        "run this test with BLESS=1 if the new text is right"
    );
}

#[test]
fn a_breakdown_is_called_as_the_model_writes_it() {
    let rules = rules(METRICS);
    let by: Vec<String> = rules.model.metrics["fit"]
        .by
        .iter()
        .map(By::words)
        .collect();
    assert_eq!(by, ["opportunity.segment", "team", "owner", "month"]);
}
