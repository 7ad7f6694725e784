//! A rate that changed is split by its groups, and a stage's better rate by the moves of a log.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::io::Read;

use crm::RecordKind;
use decisions::Rules;
use export_audit::{
    Column, EventKind, Export, Findings, Layout, Layouts, MetricReport, audit, changes_text,
    metric_changes, metrics_text,
};
use jiff::Timestamp;

fn export(name: &str, text: String) -> Export {
    Export::new(name, move || {
        Ok(Box::new(std::io::Cursor::new(text.clone())) as Box<dyn Read>)
    })
}

fn layout(columns: &[&str], event: Option<EventKind>) -> Layout {
    let column = |it: &&str| {
        let column = Column {
            column: (*it).to_owned(),
            ..Column::default()
        };
        ((*it).to_owned(), column)
    };
    Layout {
        record: Some(RecordKind::Opportunity),
        event,
        id: "id".to_owned(),
        columns: columns.iter().map(column).collect(),
        ..Layout::default()
    }
}

fn counted(metric: &str, files: &[(&str, String)]) -> Vec<MetricReport> {
    let now: Timestamp = "2026-10-01T00:00:00Z".parse().expect("an instant");
    let mut model = testkit::example_model();
    model.metrics.retain(|name, _| name == metric);
    let rules = Rules::prepare(model, now).expect("rules");
    let layouts = [
        ("deals.csv".to_owned(), layout(&["stage", "owner"], None)),
        (
            "moves.csv".to_owned(),
            layout(&["at", "stage"], Some(EventKind::StageMove)),
        ),
    ];
    let exports: Vec<Export> = files
        .iter()
        .map(|(name, text)| export(name, text.clone()))
        .collect();
    let layouts = Layouts {
        files: layouts.into(),
    };
    let mut findings = Findings::keeping(0);
    let report = audit(&rules, &exports, &layouts, now, &mut findings, &mut |_| {});
    report.expect("an audit").metrics
}

/// So many deals of each owner that were won and lost.
fn closed(owners: &[(&str, u32, u32)]) -> String {
    let mut text = "id,stage,owner\n".to_owned();
    for (owner, won, lost) in owners {
        for at in 0..won + lost {
            let stage = if at < *won { "closedwon" } else { "closedlost" };
            text += &format!("{owner}{at},{stage},{owner}\n");
        }
    }
    text
}

#[test]
fn a_win_rate_that_fell_though_everybody_became_better() {
    let before = counted(
        "win_rate",
        &[("deals.csv", closed(&[("11001", 64, 16), ("11002", 2, 18)]))],
    );
    let now = counted(
        "win_rate",
        &[("deals.csv", closed(&[("11001", 18, 2), ("11002", 16, 64)]))],
    );
    let changes = metric_changes(&before, &now);
    let by_owner = changes
        .iter()
        .find(|it| it.by == "owner")
        .expect("by owner");
    assert_eq!(by_owner.change.groups.len(), 2);
    let text = changes_text(&changes);
    for line in [
        "  win_rate by owner: 66.0 % of 100 → 34.0 % of 100",
        "    -32.00 points: -42.00 by the mix of groups, +10.00 within them",
        "within +5.00; 80.0 % of 80 → 90.0 % of 20",
        // Of no account no segment is known, before as after: all of it is within that group.
        "    -32.00 points: +0.00 by the mix of groups, -32.00 within them",
    ] {
        assert!(text.contains(line), "{line} is in\n{text}");
    }
}

#[test]
fn a_better_rate_is_told_with_what_it_brings() {
    let (mut deals, mut moves) = ("id,stage,owner\n".to_owned(), "id,at,stage\n".to_owned());
    let mut deal = |id: String, way: &[&str]| {
        deals += &format!("{id},{},11001\n", way[way.len() - 1]);
        for (at, stage) in way.iter().enumerate() {
            moves += &format!("{id},2026-09-{:02}T10:00:00Z,{stage}\n", at + 1);
        }
    };
    for at in 0..40 {
        let end = if at % 4 == 0 {
            "closedlost"
        } else {
            "closedwon"
        };
        deal(
            format!("A{at}"),
            &["appointmentscheduled", "contractsent", end],
        );
        deal(format!("B{at}"), &["appointmentscheduled", "closedlost"]);
        deal(format!("C{at}"), &["appointmentscheduled"]);
    }
    let files = [("deals.csv", deals.clone()), ("moves.csv", moves.clone())];
    let text = metrics_text(&counted("stage_conversion", &files));
    for line in [
        // 40 at a stage from which half go on, of whom three in four are won.
        "of 40 open 15.0 are to be expected to be won (",
        "with 5 of a hundred fewer lost at one stage",
        "discovery    +1.5 (",
        "; 40 of 80 that left it were lost",
        "negotiation  +1.0 (",
        "; 10 of 40 that left it were lost",
    ] {
        assert!(text.contains(line), "{line} is in\n{text}");
    }
}
