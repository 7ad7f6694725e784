//! Counts of other records that go by a day of theirs: they change as days pass, though nothing happens.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::collections::BTreeMap;

use crm::{AccountFacts, Counted, Others, Record, RecordKind, Value};
use decisions::{
    Facts, FieldValue, Rules, Standing, deviations,
    others::{Belonging, count},
};
use jiff::{Timestamp, civil::date};
use testkit::{at, files_in, in_repository, opportunity, record_id, rules};

const FIELD: &str = "opportunity.won_in_a_month";

/// The model of a sales handbook, by which nothing may have been won at the account in thirty days; with a deviation
/// that asks the same.
fn handbook() -> Rules {
    let files = files_in(&in_repository("tests/models/sales-handbook"));
    let mut texts: model_compiler::Texts = files.into_iter().collect();
    let governance = texts.get("governance.yaml").unwrap().to_owned();
    let asked = "deviations:
  won_lately:
    record: opportunity
    when: { opportunity.won_in_a_month: { at_least: 1 } }
    severity: low
    respond: owner
";
    let governance = governance.replacen("deviations:\n", asked, 1);
    texts.insert("governance.yaml", governance.as_bytes());
    rules(testkit::model_of(&texts))
}

fn deal(id: &str, stage: &str, won_on: Option<jiff::civil::Date>) -> Record {
    let created = at("2026-10-01T10:00:00Z");
    let mut deal = opportunity(id, created)
        .text("pipeline", "default")
        .stage(stage, created);
    if let Some(day) = won_on {
        deal = deal.value("won_on", Value::Date(day));
    }
    deal.build()
}

/// A deal at an account with these others.
fn beside(rules: &Rules, others: Vec<Record>) -> Record {
    let account = AccountFacts {
        id: record_id("account:5"),
        modified: at("2026-11-01T10:00:00Z"),
        fields: BTreeMap::new(),
        others: None,
        behaviour: None,
    };
    let own = deal("1", "pending", None);
    let mut there = Belonging::default();
    let ids = others.iter().chain([&own]).map(|it| it.id.clone());
    there.there.insert(RecordKind::Opportunity, ids.collect());
    there.records = others;
    there.records.push(own.clone());
    let read = at("2026-11-24T10:00:00Z");
    let counted = count(rules, RecordKind::Account, Some(&account), &there, read);
    Record {
        account: Some(AccountFacts {
            others: Some(counted),
            ..account
        }),
        ..own
    }
}

fn counted(rules: &Rules, record: &Record, now: Timestamp) -> Option<String> {
    match Facts::of(rules, record, now).look(&FIELD.parse().unwrap()) {
        FieldValue::Value(value) => Some(value.to_string()),
        _ => None,
    }
}

#[test]
fn what_was_won_counts_from_its_day_on_for_so_long() {
    let rules = handbook();
    let others = vec![
        deal("2", "won", Some(date(2026, 11, 20))),
        deal("3", "won", Some(date(2026, 10, 30))),
        // Still to come, by a slip of the pen; and never won.
        deal("4", "won", Some(date(2026, 12, 1))),
        deal("5", "lost", Some(date(2026, 11, 20))),
    ];
    let record = beside(&rules, others);
    for (now, expected) in [
        ("2026-11-24T10:00:00Z", "2"),
        // In New York the thirtieth of October is over at four by Greenwich, thirty days before this.
        ("2026-11-30T04:00:00Z", "2"),
        ("2026-11-30T04:00:01Z", "1"),
        ("2026-12-01T06:00:00Z", "2"),
        ("2027-02-01T06:00:00Z", "0"),
    ] {
        assert_eq!(
            counted(&rules, &record, at(now)).as_deref(),
            Some(expected),
            "{now}"
        );
    }
}

#[test]
fn where_one_of_them_has_no_day_it_is_not_known() {
    let rules = handbook();
    let record = beside(&rules, vec![deal("2", "won", None)]);
    assert_eq!(counted(&rules, &record, at("2026-11-24T10:00:00Z")), None);
    // One that does not count needs none.
    let record = beside(&rules, vec![deal("2", "proposal", None)]);
    let none = counted(&rules, &record, at("2026-11-24T10:00:00Z"));
    assert_eq!(none.as_deref(), Some("0"));
}

/// A deviation that hangs on such a count closes by itself, and is looked at again when it may.
#[test]
fn what_hangs_on_it_is_judged_again_when_it_changes_by_itself() {
    let rules = handbook();
    let record = beside(&rules, vec![deal("2", "won", Some(date(2026, 11, 20)))]);
    let everybody = testkit::everybody(&rules);
    let now = at("2026-11-24T10:00:00Z");
    let watched = deviations::watch(&everybody, &record, None, Standing::default(), None, now);
    let deviations = watched.expect("a decision").deviations;
    assert!(deviations.open.contains_key("won_lately"));
    let next = deviations.next.expect("a time");
    // The day is over at midnight in New York, and thirty days later.
    assert_eq!(next, at("2026-12-21T05:00:00.001Z"));
    let before = Some(&deviations);
    let watched = deviations::watch(&everybody, &record, None, Standing::default(), before, next);
    assert!(watched.expect("a decision").deviations.open.is_empty());
}

/// What older versions kept reads as it was meant, and days are written by their dates.
#[test]
fn both_kinds_of_counts_read_back() {
    let text = r#"{"read":"2026-11-24T10:00:00Z","counts":{"a.b":3,"c.d":{"2026-11-20":2}}}"#;
    let others: Others = serde_json::from_str(text).expect("others");
    let days = [(date(2026, 11, 20), 2)].into();
    assert_eq!(others.counts["a.b"], Counted::All(3));
    assert_eq!(others.counts["c.d"], Counted::ByDay(days));
    assert_eq!(serde_json::to_string(&others).expect("text"), text);
}
