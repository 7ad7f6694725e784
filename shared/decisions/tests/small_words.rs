//! Sums, ratios, tests that say what no value comes to, and what lies in the last or next days, by small changes
//! of the example company's model.
#![allow(clippy::expect_used, reason = "a test may panic")]

use contracts::Verdict;
use crm::{Decimal, FieldRef, RecordKind, Value};
use decisions::{Facts, FieldValue, Staffing, Standing, deviations::watch, verdict};
use jiff::Timestamp;
use model::{Condition, Derived, Operator};
use testkit::{Growing, at, example_with, lead, opportunity, staffing};

/// Where derived fields begin in the example.
const DERIVED: &str =
    "derived:                          # computed from other fields, and open to conditions";

fn with(lines: &str) -> Staffing {
    staffing(example_with(
        "technology.yaml",
        DERIVED,
        &format!("derived:\n{lines}"),
    ))
}

fn held(staffing: &Staffing, record: Growing, field: &str) -> Option<Value> {
    let field: FieldRef = field.parse().expect("a field");
    let record = record.build();
    match Facts::of(staffing, &record, at("2026-11-23T09:00:00Z")).look(&field) {
        FieldValue::Value(value) => Some(value.into_owned()),
        FieldValue::Since(_) | FieldValue::Nothing => None,
    }
}

fn number(text: &str) -> Option<Value> {
    Some(Value::Number(text.parse::<Decimal>().expect("a number")))
}

fn deal() -> Growing {
    opportunity("1", at("2026-11-20T09:00:00Z"))
}

fn of(employees: u32) -> Growing {
    deal().account("DE", "software", employees)
}

fn amount(deal: Growing, amount: &str) -> Growing {
    deal.value("amount", number(amount).expect("a number"))
}

#[test]
fn a_sum_is_unknown_without_one_of_its_numbers_unless_that_adds_nothing() {
    let rules = with(
        "  opportunity.strict: { sum: [opportunity.amount, account.employees] }\n  \
           opportunity.lenient: { sum: [opportunity.amount, account.employees], no_value: adds nothing, capped_at: 170 }\n",
    );
    let both = || amount(of(60), "40.5");
    assert_eq!(held(&rules, both(), "opportunity.strict"), number("100.5"));
    assert_eq!(held(&rules, of(60), "opportunity.strict"), None);
    assert_eq!(held(&rules, of(60), "opportunity.lenient"), number("60"));
    let much = amount(of(60), "400");
    assert_eq!(held(&rules, much, "opportunity.lenient"), number("170"));
    // Of nothing at all the sum is not 0.
    assert_eq!(held(&rules, deal(), "opportunity.lenient"), None);
}

#[test]
fn a_ratio_by_nothing_is_unknown() {
    let rules =
        with("  opportunity.per_head: { ratio: [opportunity.amount, account.employees] }\n");
    let ratio = |deal| held(&rules, deal, "opportunity.per_head");
    assert_eq!(ratio(amount(of(300), "100")), number("0.333333"));
    assert_eq!(ratio(amount(of(200), "100")), number("0.5"));
    assert_eq!(ratio(amount(of(0), "100")), None);
    let free = || amount(of(8), "0");
    assert_eq!(ratio(free()), number("0"));
    let rules = with("  opportunity.heads: { ratio: [account.employees, opportunity.amount] }\n");
    assert_eq!(held(&rules, free(), "opportunity.heads"), None);
}

#[test]
fn a_score_of_halves_may_skip_what_is_unknown() {
    let rules = with(
        "  lead.fit: { no_value: adds nothing, capped_at: 3, score: [\
           { when: { account.country: DE }, points: 2.5 }, { when: { account.employees: { at_least: 100 } }, points: 1.25 }] }\n",
    );
    let new = || lead("1", at("2026-11-20T09:00:00Z"));
    let fit = |lead| held(&rules, lead, "lead.fit");
    assert_eq!(fit(new()), number("0"));
    assert_eq!(fit(new().account("DE", "software", 0)), number("2.5"));
    assert_eq!(fit(new().account("DE", "software", 200)), number("3"));
    assert_eq!(fit(new().account("AT", "software", 200)), number("1.25"));
}

fn condition(staffing: &Staffing, field: &str) -> Condition {
    let field: FieldRef = field.parse().expect("a field");
    match staffing.model.derived.get(&field) {
        Some(Derived::Score(score)) => score.lines.first().expect("a line").when.clone(),
        other => unreachable!("{field} is {other:?}"),
    }
}

/// What comes of a condition that is written into the model, of a deal at an instant.
fn comes(when: &str, deal: Growing, now: Timestamp) -> Verdict {
    let line = format!("  opportunity.tried: {{ score: [{{ when: {{ {when} }}, points: 1 }}] }}\n");
    let rules = with(&line);
    let condition = condition(&rules, "opportunity.tried");
    let record = deal.build();
    verdict(&condition, &Facts::of(&rules, &record, now))
}

#[test]
fn a_test_says_what_no_value_comes_to() {
    let now = at("2026-11-23T09:00:00Z");
    let large = "opportunity.amount: { at_least: 100 }";
    assert_eq!(comes(large, deal(), now), Verdict::Unknown);
    for (word, comes_to) in [("no", Verdict::NotHeld), ("yes", Verdict::Held)] {
        let large = format!("opportunity.amount: {{ at_least: 100, no_value: {word} }}");
        assert_eq!(comes(&large, deal(), now), comes_to, "{word}");
        assert_eq!(comes(&large, amount(deal(), "99"), now), Verdict::NotHeld);
        assert_eq!(comes(&large, amount(deal(), "100"), now), Verdict::Held);
        let not = format!("none: [{{ {large} }}]");
        let turned = match comes_to {
            Verdict::Held => Verdict::NotHeld,
            _ => Verdict::Held,
        };
        assert_eq!(comes(&not, deal(), now), turned, "none, {word}");
    }
    let reason = "opportunity.loss_reason: { equals: [price, timing], no_value: no }";
    assert_eq!(comes(reason, deal(), now), Verdict::NotHeld);
    assert_eq!(
        comes(reason, deal().text("loss_reason", "price"), now),
        Verdict::Held
    );
}

/// Berlin is an hour ahead of UTC.
#[test]
fn a_day_is_in_the_last_and_in_the_next_days_by_the_companys_clock() {
    let now = at("2026-11-26T11:00:00Z");
    let on = |day: &str, when: &str| {
        let day = Value::Date(day.parse().expect("a day"));
        comes(when, deal().value("close_date", day), now) == Verdict::Held
    };
    let next = "opportunity.close_date: { in_the_next: 60d }";
    for (day, expected) in [
        ("2026-11-25", false),
        ("2026-11-26", true),
        ("2027-01-25", true),
        ("2027-01-26", false),
    ] {
        assert_eq!(on(day, next), expected, "{day} in the next 60 days");
    }
    let last = "opportunity.close_date: { in_the_last: 30d }";
    for (day, expected) in [
        ("2026-10-26", false),
        ("2026-10-27", true),
        ("2026-11-26", true),
        ("2026-11-27", false),
    ] {
        assert_eq!(on(day, last), expected, "{day} in the last 30 days");
        let older = on(day, "opportunity.close_date: { older_than: 30d }");
        assert!(!(older && expected), "{day} cannot be both");
    }
    let late = at("2026-11-26T23:30:00Z");
    let day = Value::Date("2026-11-26".parse().expect("a day"));
    let over = comes(next, deal().value("close_date", day), late);
    assert_eq!(over, Verdict::NotHeld, "in Berlin it is the day after");
    assert_eq!(comes(next, deal(), now), Verdict::Unknown);
}

#[test]
fn an_instant_is_in_the_last_or_in_the_next_length_of_time() {
    let now = at("2026-11-26T11:00:00Z");
    let made = |at_: &str, when: &str| comes(when, opportunity("1", at(at_)), now) == Verdict::Held;
    let last = "opportunity.created: { in_the_last: 24h }";
    assert!(made("2026-11-26T11:00:00Z", last));
    assert!(made("2026-11-25T11:00:00Z", last));
    assert!(!made("2026-11-25T10:59:59Z", last));
    assert!(!made("2026-11-26T11:00:01Z", last));
    let next = "opportunity.created: { in_the_next: 24h }";
    assert!(made("2026-11-26T11:00:01Z", next));
    assert!(made("2026-11-27T11:00:00Z", next));
    assert!(!made("2026-11-27T11:00:01Z", next));
    assert!(!made("2026-11-26T10:59:59Z", next));
}

/// It moves with the day, and nothing on the record changes.
#[test]
fn a_sum_of_days_is_looked_at_again() {
    let mut model = example_with(
        "technology.yaml",
        DERIVED,
        "derived:\n  opportunity.waits: { sum: [opportunity.promise_gap, opportunity.amount] }\n",
    );
    let waits = FieldRef::new(RecordKind::Opportunity, "waits");
    let deviation = model.deviations.get_mut("no_contact").expect("a deviation");
    let Condition::Test(test) = &mut deviation.when else {
        unreachable!("one test");
    };
    test.field = waits;
    test.operator = Operator::AtLeast(Decimal::from(103));
    model.deviations.retain(|name, _| name == "no_contact");
    let rules = staffing(model);
    let day = Value::Date("2026-12-01".parse().expect("a day"));
    let record = amount(deal(), "100").value("close_date", day).build();
    let mut now = at("2026-11-26T11:00:00Z");
    let mut state = None;
    for _ in 0..20 {
        let looked = watch(
            &rules,
            &record,
            None,
            Standing::default(),
            state.as_ref(),
            now,
        );
        let looked = looked.expect("a change").deviations;
        if looked.open.contains_key("no_contact") {
            assert_eq!(now, at("2026-12-03T23:00:00Z"), "midnight in Berlin");
            return;
        }
        now = looked.next.expect("another look");
        state = Some(looked);
    }
    unreachable!("it never opened");
}
