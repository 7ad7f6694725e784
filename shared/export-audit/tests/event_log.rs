//! A log of what happened to cases, as process mining has it, where no export has the records: each case stands where its
//! last event left it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod starting;

use std::collections::BTreeMap;

use export_audit::{MetricReport, Report};
use metrics::Figure;
use starting::export;

/// Headings as XES has them; not in the order of time, twice the same activity in a row, and two events at one time.
const LOG: &str = "\
case:concept:name,concept:name,time:timestamp,org:resource
c1,Register,2026-10-01 09:00:00+02:00,Pete
c2,Register,2026-10-02 09:00:00.250000+02:00,Mike
c1,Check ticket,2026-10-03 09:00:00+02:00,Sue
c3,Decide,2026-10-09 09:00:00+02:00,Sara
c3,Register,2026-10-05 09:00:00+02:00,Pete
c3,Check ticket,2026-10-06 09:00:00+02:00,Sue
c2,Check ticket,2026-10-04 09:00:00+02:00,Sue
c2,Check ticket,2026-10-05 09:00:00+02:00,Sue
c2,Decide,2026-10-06 09:00:00+02:00,Sara
c2,Check ticket,2026-10-06 12:00:00+02:00,Sue
c2,Decide,2026-10-07 09:00:00+02:00,Sara
c2,Pay compensation,2026-10-07 09:00:00+02:00,Ellen
,Register,2026-10-08 09:00:00+02:00,Pete
c4,Register,2026-12-01 09:00:00+02:00,Pete
";

fn audited(log: &str) -> Report {
    starting::audited(&[export("cases.csv", log.to_owned())], 10)
}

fn metric<'r>(report: &'r Report, name: &str) -> &'r MetricReport {
    let found = report.metrics.iter().find(|it| it.metric == name);
    found.expect("the metric")
}

fn by_stage(report: &Report) -> Vec<(&str, u64)> {
    let groups = &metric(report, "cases").by[0].groups;
    let count = |figure: &Figure| match figure {
        Figure::Count { count } => *count,
        _ => 0,
    };
    groups
        .iter()
        .map(|it| (it.group.as_str(), count(&it.figure)))
        .collect()
}

#[test]
fn each_case_stands_where_its_last_event_left_it() {
    let report = audited(LOG);
    // The one without a case is not read; what is to come on the first of December has not happened.
    assert_eq!((report.rows, report.unread.rows), (13, 1));
    let cases = &report.kinds["opportunity"];
    assert_eq!((cases.records, cases.open), (3, 2));
    assert_eq!(
        by_stage(&report),
        [("check_ticket", 1), ("decide", 1), ("pay_compensation", 1)]
    );
    let Some(Figure::Conversion(moves)) = &metric(&report, "case_moves").figure else {
        unreachable!("moves are told of a log");
    };
    let names = &metric(&report, "case_moves").names;
    let moves: BTreeMap<(&str, &str), u64> = moves
        .from
        .iter()
        .flat_map(|from| {
            let name = |at: u8| names[usize::from(at)].as_str();
            let to = from.to.iter();
            to.map(move |(to, rate)| ((name(from.stage), name(*to)), rate.count))
        })
        .collect();
    let wanted = [
        (("register", "check_ticket"), 3),
        (("check_ticket", "decide"), 3),
        (("decide", "check_ticket"), 1),
        (("decide", "pay_compensation"), 1),
    ];
    assert_eq!(moves, BTreeMap::from(wanted));
    // A finding names the row of the log by which the case stands there.
    let stuck = report.findings.iter();
    let stuck = stuck.filter(|it| it.deviation == "stuck_in_stage");
    let stuck: Vec<(&str, &str, u64)> = stuck
        .map(|it| (it.id.as_str(), it.file.as_str(), it.line))
        .collect();
    assert_eq!(stuck, [("c1", "cases.csv", 4), ("c3", "cases.csv", 5)]);
}

/// Other headings, another separator, and days first.
#[test]
fn headings_of_other_tools_are_known() {
    let log = "case_id;activity;timestamp\n1;open;31.10.2026 09:00\n1;done;01.11.2026 09:00\n2;open;02.11.2026 09:00\n";
    let report = audited(log);
    assert_eq!((report.rows, report.unread.rows), (3, 0));
    assert_eq!(by_stage(&report), [("open", 1), ("done", 1)]);
    assert_eq!(report.kinds["opportunity"].open, 1);
}
