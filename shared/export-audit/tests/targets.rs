//! Sums held against what is to be sold in the quarter at hand, from an export and from copies of the CRM.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::io::Read;

use contracts::state::Counting;
use crm::{Decimal, Value};
use decisions::{
    Rules,
    metrics::{Standings, contributions},
};
use export_audit::{Export, Findings, Layouts, MetricReport, audit};
use metrics::Figure;

/// The example's fourth quarter: 900,000 of dach_sales and 600,000 of america_sales.
const NOW: &str = "2026-11-25T12:00:00Z";

/// The id, the owner, the amount and the close date of open deals.
const DEALS: [(&str, &str, u32, &str); 5] = [
    ("first_day", "anna", 600_000, "2026-10-01"),
    ("last_day", "anna", 1_200_000, "2026-12-31"),
    ("next_quarter", "anna", 5_000_000, "2027-01-01"),
    ("other_team", "maya", 150_000, "2026-12-01"),
    ("no_day", "maya", 1_000_000, ""),
];

fn rules(now: &str) -> Rules {
    Rules::prepare(testkit::example_model(), testkit::at(now)).expect("rules")
}

fn coverage(now: &str) -> MetricReport {
    let mut text = "id,stage,owner,amount,closes\n".to_owned();
    for (id, owner, amount, closes) in DEALS {
        text += &format!("{id},sql,{owner},{amount},{closes}\n");
    }
    let export = Export::new("deals.csv", move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    });
    let layouts = Layouts::parse(
        "files: { deals.csv: { record: opportunity, id: id, columns: { stage: { column: stage, values: { sql: sql } }, \
         owner: { column: owner }, amount: { column: amount }, close_date: { column: closes } } } }",
    )
    .expect("a layout");
    let (rules, now) = (rules(now), testkit::at(now));
    let mut findings = Findings::keeping(0);
    let report = audit(&rules, &[export], &layouts, now, &mut findings, &mut |_| {});
    let metrics = report.expect("an audit").metrics;
    let found = metrics
        .into_iter()
        .find(|it| it.metric == "pipeline_coverage");
    found.expect("the metric")
}

#[test]
fn the_pipeline_of_the_quarter_covers_its_target() {
    let metric = coverage(NOW);
    let Some(Figure::Sum { sum, of, .. }) = &metric.figure else {
        panic!("{metric:?}")
    };
    assert_eq!(
        (sum.to_string().as_str(), *of, metric.unsure),
        ("1950000", 3, 1)
    );
    let said = metric.covered.expect("a target").words();
    assert_eq!(said, "1.30 times the target of 1,500,000 for 2026-Q4");
    let groups = metric.by.iter().flat_map(|it| &it.groups);
    let groups: Vec<(String, String)> = groups
        .map(|it| {
            (
                it.group.clone(),
                it.covered
                    .as_ref()
                    .map_or_else(String::new, |it| it.words()),
            )
        })
        .collect();
    let words = [
        (
            "america_sales",
            "0.25 times the target of 600,000 for 2026-Q4",
        ),
        ("dach_sales", "2.00 times the target of 900,000 for 2026-Q4"),
    ];
    let words = words.map(|(group, said)| (group.to_owned(), said.to_owned()));
    assert_eq!(groups, words);
}

#[test]
fn where_no_amount_is_written_that_is_said() {
    let covered = coverage("2030-02-01T12:00:00Z").covered;
    assert_eq!(
        covered.expect("a target").words(),
        "no target is written for 2030-Q1"
    );
}

#[test]
fn a_copy_of_the_crm_counts_alike() {
    let (rules, now) = (rules(NOW), testkit::at(NOW));
    for (id, owner, amount, closes) in DEALS {
        let mut deal = testkit::opportunity("1", now)
            .text("stage", "sql")
            .owner(owner);
        deal = deal.value("amount", Value::Number(Decimal::from(amount)));
        if !closes.is_empty() {
            deal = deal.value("close_date", Value::Date(closes.parse().expect("a day")));
        }
        let counts = contributions(&rules, &deal.build(), &Standings::default(), now);
        let counts = counts.get("pipeline_coverage").map(|it| it.counts.clone());
        let wanted = match id {
            "next_quarter" => None,
            "no_day" => Some(Counting::Unsure),
            _ => Some(Counting::Value(Some(i64::from(amount) * 1_000_000))),
        };
        assert_eq!(counts, wanted, "{id}");
    }
}
