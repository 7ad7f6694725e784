//! Derived fields, by the example company's model and small changes of it.
#![allow(clippy::expect_used, reason = "a test may panic")]

use contracts::state::DeviationsState;
use crm::{Decimal, FieldRef, Record, Value};
use decisions::{Facts, FieldValue, Staffing, Standing, deviations::watch};
use jiff::Timestamp;
use testkit::{Growing, at, example_staffing, example_with, lead, opportunity, staffing};

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn held(staffing: &Staffing, record: &Record, field: &str, now: Timestamp) -> Option<Value> {
    let field: FieldRef = field.parse().expect("a field");
    match Facts::of(staffing, record, now).look(&field) {
        FieldValue::Value(value) => Some(value.into_owned()),
        FieldValue::Since(at) => Some(Value::Timestamp(at)),
        FieldValue::Nothing => None,
    }
}

fn in_icp() -> Growing {
    lead("1", monday()).account("DE", "software", 300)
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn number(number: i64) -> Option<Value> {
    Some(Value::Number(Decimal::from(number)))
}

#[test]
fn a_score_is_the_sum_of_the_lines_that_hold() {
    let rules = example_staffing();
    let points = |record: Growing| held(&rules, &record.build(), "lead.fit_points", monday());
    assert_eq!(points(in_icp().text("title", "Head of IT")), number(80));
    assert_eq!(points(in_icp()), number(50));
    let outside = lead("1", monday()).account("XX", "mining", 5);
    assert_eq!(points(outside.text("title", "VP")), number(30));
}

#[test]
fn a_line_that_cannot_be_known_leaves_the_score_unknown() {
    let rules = example_staffing();
    let record = lead("1", monday()).text("title", "VP").build();
    assert_eq!(held(&rules, &record, "lead.fit_points", monday()), None);
    assert_eq!(
        held(&rules, &record, "lead.priority", monday()),
        text("open")
    );
}

#[test]
fn a_first_match_list_gives_a_name() {
    let rules = example_staffing();
    let priority = |record: Growing| held(&rules, &record.build(), "lead.priority", monday());
    assert_eq!(priority(in_icp().text("title", "CTO, chief")), text("hot"));
    assert_eq!(priority(in_icp()), text("warm"));
    assert_eq!(
        priority(lead("1", monday()).account("XX", "mining", 5)),
        text("cold")
    );
}

#[test]
fn days_are_those_of_the_companys_calendar() {
    let rules = example_staffing();
    let date = |date: &str| Value::Date(date.parse().expect("a day"));
    let record = opportunity("1", monday())
        .value("close_date", date("2026-11-24"))
        .build();
    let gap = |now: &str| held(&rules, &record, "opportunity.promise_gap", at(now));
    assert_eq!(gap("2026-11-23T22:59:00Z"), number(-1));
    // Midnight in Berlin.
    assert_eq!(gap("2026-11-23T23:00:00Z"), number(0));
    assert_eq!(gap("2026-12-03T12:00:00Z"), number(9));
    let without = opportunity("1", monday()).build();
    assert_eq!(
        held(&rules, &without, "opportunity.promise_gap", monday()),
        None
    );
}

#[test]
fn a_deviation_by_days_is_looked_at_again_on_the_day() {
    let model = example_with(
        "governance.yaml",
        "  close_date_passed:",
        "  promised: { record: opportunity, when: { opportunity.promise_gap: { at_least: 3 } }, severity: low, respond: owner }\n  close_date_passed:",
    );
    let mut model = model;
    model.deviations.retain(|name, _| name == "promised");
    let rules = staffing(model);
    let record = opportunity("1", monday())
        .value(
            "close_date",
            Value::Date("2026-12-01".parse().expect("a day")),
        )
        .build();
    let look = |before: Option<&DeviationsState>, now| {
        watch(&rules, &record, None, Standing::default(), before, now)
            .expect("a change")
            .deviations
    };
    let mut state = look(None, monday());
    let mut looks = 0;
    while !state.open.contains_key("promised") {
        let next = state.next.expect("another look");
        state = look(Some(&state), next);
        looks += 1;
        assert!(looks < 4, "it need not be looked at every day");
        if state.open.contains_key("promised") {
            assert_eq!(next, at("2026-12-03T23:00:00Z"), "midnight in Berlin");
        }
    }
}

#[test]
fn two_fields_are_compared_whatever_their_case() {
    let rules = example_staffing();
    let same = |mail: &str, domain: &str| {
        let mut record = in_icp().text("email", mail).build();
        let account = record.account.as_mut().expect("an account");
        account
            .fields
            .insert("domain".to_owned(), Value::Text(domain.to_owned()));
        held(&rules, &record, "lead.at_its_domain", monday())
    };
    assert_eq!(
        same("a@kranich.example", "Kranich.example"),
        Some(Value::Boolean(true))
    );
    assert_eq!(
        same("a@gmail.com", "kranich.example"),
        Some(Value::Boolean(false))
    );
    // An older copy, or a source without an adapter of ours, may hold a domain in any form.
    for domain in [
        "www.kranich.example",
        "https://kranich.example/",
        "kranich.example.",
    ] {
        let found = same("lena@WWW.Kranich.example", domain);
        assert_eq!(found, Some(Value::Boolean(true)), "{domain}");
    }
    assert_eq!(same("a@kranich.example", "https://"), None);
    assert_eq!(
        held(&rules, &in_icp().build(), "lead.at_its_domain", monday()),
        None
    );
}

#[test]
fn what_cannot_be_counted_yet_is_unknown() {
    let record = opportunity("1", monday()).build();
    assert_eq!(
        held(
            &example_staffing(),
            &record,
            "opportunity.contacts",
            monday()
        ),
        None
    );
}

#[test]
fn what_an_account_is_its_leads_are_too() {
    let rules = example_staffing();
    let record = in_icp().build();
    for (field, value) in [
        ("segment", text("mid_market")),
        ("territory", text("dach")),
        ("in_icp", Some(Value::Boolean(true))),
    ] {
        for kind in ["lead", "account"] {
            let field = format!("{kind}.{field}");
            assert_eq!(held(&rules, &record, &field, monday()), value, "{field}");
        }
    }
}
