//! The audit says of every record what the ordinary evaluation says of it, question by question.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod deals;

use std::{collections::BTreeMap, sync::LazyLock};

use contracts::Verdict;
use crm::{FieldRef, RecordKind};
use decisions::{FieldValue, Rules, verdict};
use export_audit::Report;
use proptest::prelude::*;

use deals::{Absent, Account, Deal, accounts, audited, deals, now, without};

/// What the ordinary evaluation says: the ids of each deviation, and how often it cannot be judged.
type Found = BTreeMap<String, (Vec<String>, u64)>;

fn ordinary(rules: &Rules, deals: &[Deal], accounts: &[Account], absent: Absent) -> Found {
    let mut found = Found::new();
    for (name, _) in rules
        .model
        .deviations
        .iter()
        .filter(|(_, it)| it.record == RecordKind::Opportunity)
    {
        found.insert(name.clone(), (Vec::new(), 0));
    }
    for (at, deal) in deals.iter().enumerate() {
        let facts = deal.facts(accounts, absent);
        let facts = facts.of(rules);
        if !facts.is_open() {
            continue;
        }
        for (name, (ids, unjudged)) in &mut found {
            match verdict(&rules.model.deviations[name].when, &facts) {
                Verdict::Held => ids.push(format!("D{at}")),
                Verdict::NotHeld => {}
                Verdict::Unknown => *unjudged += 1,
            }
        }
    }
    found
}

fn compiled(report: &Report) -> Found {
    let of_kind = &report.kinds["opportunity"];
    let mut found = Found::new();
    for deviation in &of_kind.deviations {
        let ids = report
            .findings
            .iter()
            .filter(|it| it.deviation == deviation.deviation);
        let ids: Vec<String> = ids.map(|it| it.id.clone()).collect();
        assert_eq!(deviation.found, ids.len() as u64, "{}", deviation.deviation);
        let causes: u64 = deviation.causes.iter().map(|(_, count)| count).sum();
        assert_eq!(deviation.unjudged, causes, "every one has its cause");
        found.insert(deviation.deviation.clone(), (ids, deviation.unjudged));
    }
    found
}

/// The three questions by the ordinary evaluation: in the ICP, unknown, meets the criteria at `sql`, of how many,
/// past the corridor.
fn questions(rules: &Rules, deals: &[Deal], accounts: &[Account], absent: Absent) -> [u64; 5] {
    let mut counts = [0; 5];
    let yes = crm::Value::Boolean(true);
    for deal in deals {
        let facts = deal.facts(accounts, absent);
        let facts = facts.of(rules);
        if !facts.is_open() {
            continue;
        }
        match facts.look(&FieldRef::new(RecordKind::Account, "in_icp")) {
            FieldValue::Value(value) if *value == yes => counts[0] += 1,
            FieldValue::Nothing => counts[1] += 1,
            _ => {}
        }
        let past = &rules.model.deviations["past_corridor"].when;
        counts[4] += u64::from(verdict(past, &facts) == Verdict::Held);
        if facts.stage() == Some("sql") {
            counts[3] += 1;
            let unmet = &rules.model.deviations["criteria_not_met"].when;
            counts[2] += u64::from(verdict(unmet, &facts) == Verdict::NotHeld);
        }
    }
    counts
}

fn agree(rules: &Rules, deals: &[Deal], accounts: &[Account], absent: Absent) {
    let report = audited(rules, deals, accounts, absent);
    assert_eq!(report.unread.rows, 0);
    assert_eq!(compiled(&report), ordinary(rules, deals, accounts, absent));
    let said = report.questions.expect("opportunities");
    let sql = said.sql.expect("a stage with criteria");
    let counts = [
        said.icp.open.count,
        said.icp.open_unknown,
        sql.in_stage.count,
        sql.in_stage.of,
        said.corridor.count,
    ];
    assert_eq!(counts, questions(rules, deals, accounts, absent));
}

/// Deviations that ask of a field in every way the language has.
const EVERY_WAY: &str = "deviations:                       # of open records
  by_name: { record: opportunity, severity: low, respond: owner,
             when: { opportunity.name: { contains: ALP, none_of: [Alpha] } } }
  by_pattern: { record: opportunity, severity: low, respond: owner, when: { opportunity.name: { matches: \"^B|a$\" } } }
  soon: { record: opportunity, severity: low, respond: owner, when: { opportunity.close_date: { in_the_next: 5d } } }
  day_by_day: { record: opportunity, severity: low, respond: owner, when: { opportunity.promise_gap: { between: [-3, 4] } } }
  points: { record: opportunity, severity: low, respond: owner, when: { opportunity.weight: { at_least: 30 } } }
  size: { record: opportunity, severity: low, respond: owner, when: { opportunity.size: [big, open] } }
  whose: { record: opportunity, severity: low, respond: owner,
           when: { any: [{ opportunity.owner: anna }, { opportunity.same_owner: yes }] } }
  none_of: { record: opportunity, severity: low, respond: owner,
             when: { none: [{ opportunity.amount: { less_than: 100 } }, { account.segment: smb }, { opportunity.loss_reason: { present: no } }] } }
  where: { record: opportunity, severity: low, respond: owner,
           when: { all: [{ account.territory: [dach, unplaced] }, { opportunity.age: { more_than: 20d } }] } }
";

fn every_way() -> Rules {
    let mut texts = testkit::example_texts();
    let replaced = |texts: &mut model_compiler::Texts, file: &str, piece: &str, by: &str| {
        let text = texts.get(file).expect("a file").to_owned();
        assert!(text.contains(piece), "{file} has no {piece}");
        texts.insert(file, text.replacen(piece, by, 1).as_bytes());
    };
    let first = "deviations:                       # of open records\n";
    replaced(&mut texts, "governance.yaml", first, EVERY_WAY);
    let derived = "  opportunity.contacts:    { count: contact }";
    let more = "  opportunity.same_owner: { compare: opportunity.owner, equals: account.owner }
  opportunity.weight:
    score:
      - { when: { opportunity.amount: { at_least: 250 } }, points: 20 }
      - { when: { opportunity.close_date: { in_the_next: 9d } }, points: 15 }
  opportunity.size:
    first_match:
      big: { opportunity.amount: { more_than: 400.5 } }
      small: otherwise
      open: unknown
  opportunity.contacts:    { count: contact }";
    replaced(&mut texts, "technology.yaml", derived, more);
    testkit::rules(testkit::model_of(&texts))
}

static EXAMPLE: LazyLock<Rules> = LazyLock::new(testkit::example_rules);
static EVERY: LazyLock<Rules> = LazyLock::new(every_way);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn it_agrees_by_the_example_model((deals, accounts) in (deals(), accounts()), absent in without()) {
        agree(&EXAMPLE, &deals, &accounts, absent);
    }

    #[test]
    fn it_agrees_whatever_a_condition_asks((deals, accounts) in (deals(), accounts()), absent in without()) {
        agree(&EVERY, &deals, &accounts, absent);
    }
}

/// An export without a column for it tells nothing of it: it is not counted from the creation instead.
#[test]
fn a_missing_column_is_unknown() {
    let deal = Deal {
        stage: Some("qualifiedtobuy"),
        created: Some(
            now()
                .checked_sub(jiff::SignedDuration::from_hours(24 * 300))
                .expect("an instant"),
        ),
        ..Deal::default()
    };
    let rules = testkit::example_rules();
    let absent = Absent {
        last_contact: true,
        stage_since: true,
        ..Absent::default()
    };
    let told = compiled(&audited(
        &rules,
        std::slice::from_ref(&deal),
        &[],
        Absent::default(),
    ));
    let untold = compiled(&audited(&rules, &[deal], &[], absent));
    assert_eq!(
        told["no_contact"],
        (vec!["D0".to_owned()], 0),
        "nobody was ever in contact"
    );
    for deviation in ["no_contact", "stuck_in_stage"] {
        assert_eq!(untold[deviation], (Vec::new(), 1), "{deviation}");
    }
    assert_eq!(
        untold["past_corridor"],
        (vec!["D0".to_owned()], 0),
        "it was created 300 days ago"
    );
}
