//! How sure fields are: filled, stale and by whom, from an export and from a copy of the CRM.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use std::io::Read;

use contracts::Verdict;
use crm::{Author, Change, FieldRef, RecordKind, Value};
use decisions::{Facts, Rules, stale};
use export_audit::{Export, Findings, Layouts, Report, audit};
use metrics::{FieldCounts, Figure};

/// 60 days before this it is the 26 September.
const NOW: &str = "2026-11-25T12:00:00Z";

const DEALS: &str = "id,stage,amount,closes,changed,modified
fresh,sql,1,2026-12-01,2026-11-01T00:00:00Z,2026-11-01T00:00:00Z
stale,sql,1,2026-12-01,2026-08-01T00:00:00Z,2026-11-01T00:00:00Z
untouched,sql,1,2026-12-01,,2026-08-01T00:00:00Z
undated,sql,1,2026-12-01,,2026-11-01T00:00:00Z
empty,sql,1,,2026-08-01T00:00:00Z,2026-08-01T00:00:00Z
";

const COLUMNS: &str = r#"files:
  deals.csv:
    record: opportunity
    id: id
    columns:
      stage: { column: stage, values: { sql: sql } }
      amount: { column: amount }
      close_date: { column: closes }
"#;

const TIMES: &str = r#"      changed.close_date: { column: changed }
      modified: { column: modified }
"#;

fn rules() -> Rules {
    Rules::prepare(testkit::example_model(), testkit::at(NOW)).expect("rules")
}

fn audited(layout: &str) -> Report {
    let export = Export::new("deals.csv", || {
        Ok(Box::new(std::io::Cursor::new(DEALS)) as Box<dyn Read>)
    });
    let layouts = Layouts::parse(layout).expect("a layout");
    let mut findings = Findings::keeping(10);
    let report = audit(
        &rules(),
        &[export],
        &layouts,
        testkit::at(NOW),
        &mut findings,
        &mut |_| {},
    );
    report.expect("an audit")
}

/// How the close dates stand by the report, and by the metric of filled fields.
fn close_dates(report: &Report) -> (Option<String>, FieldCounts) {
    let fields = &report.kinds["opportunity"].fields;
    let field = fields
        .iter()
        .find(|it| it.field == "opportunity.close_date");
    let field = field.expect("the field");
    let metric = report
        .metrics
        .iter()
        .find(|it| it.metric == "data_confidence");
    let metric = metric.expect("the metric");
    let Some(Figure::Filled { fields, .. }) = &metric.figure else {
        panic!("{metric:?}")
    };
    let place = metric
        .names
        .iter()
        .position(|it| it == "opportunity.close_date");
    let counts = fields[place.expect("its place")];
    assert_eq!((field.stale, field.undated), (counts.stale, counts.undated));
    assert_eq!((field.empty.count, field.empty.of), (counts.no, 5));
    (field.owner.clone(), counts)
}

#[test]
fn what_nobody_has_changed_for_long_is_stale() {
    let report = audited(&format!("{COLUMNS}{TIMES}"));
    let (owner, counts) = close_dates(&report);
    assert_eq!(owner.as_deref(), Some("jonas"));
    let told = FieldCounts {
        yes: 4,
        no: 1,
        unknown: 0,
        stale: 2,
        undated: 1,
    };
    assert_eq!(counts, told);
    let behind = &report.kinds["opportunity"].behind["stale.opportunity.close_date"];
    let ids: Vec<&str> = behind.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["stale", "untouched"]);
    let said = "jonas answers for it  1 without a value; 2 not changed for 60 days; of 1 it is not told when they were";
    assert!(report.text().contains(said), "{}", report.text());
    let page = report.page();
    assert!(page.contains("data-list=\"opportunity.stale.opportunity.close_date\""));
    assert!(page.contains("jonas answers for it"));
}

#[test]
fn an_export_that_tells_no_change_says_of_none_that_it_is_stale() {
    let (_, counts) = close_dates(&audited(COLUMNS));
    assert_eq!((counts.stale, counts.undated, counts.yes), (0, 4, 4));
}

#[test]
fn a_copy_of_the_crm_is_judged_alike() {
    let rules = rules();
    let (old, new) = ("2026-08-01T00:00:00Z", "2026-11-01T00:00:00Z");
    let field = FieldRef::new(RecordKind::Opportunity, "close_date");
    let day = Value::Date("2026-12-01".parse().expect("a day"));
    let verdict = |changed: Option<&str>, modified: &str, filled: bool| {
        let mut record = testkit::opportunity("1", testkit::at(old)).build();
        record.modified = testkit::at(modified);
        record.history.clear();
        record.fields.remove("close_date");
        if filled {
            record.fields.insert("close_date".to_owned(), day.clone());
        }
        if let Some(at) = changed {
            let change = Change {
                value: Some(day.clone()),
                at: testkit::at(at),
                by: Author::Unknown,
            };
            record.history.insert("close_date".to_owned(), vec![change]);
        }
        stale(&Facts::of(&rules, &record, testkit::at(NOW)), &field)
    };
    assert_eq!(verdict(Some(new), new, true), Verdict::NotHeld);
    assert_eq!(verdict(Some(old), new, true), Verdict::Held);
    assert_eq!(verdict(None, old, true), Verdict::Held);
    assert_eq!(verdict(None, new, true), Verdict::Unknown);
    assert_eq!(verdict(Some(old), old, false), Verdict::NotHeld);
}
