//! The index says what asking every rule says, for any rules and any record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod generated;

use std::collections::BTreeMap;

use contracts::{Reason, Verdict};
use crm::{Decimal, PersonId, RecordKind, Value};
use decisions::{
    Facts, FieldValue, Rules, evaluate, first_match,
    routing::{Chosen, MOST_REASONS, choose, deciding_rule},
};
use jiff::Timestamp;
use model::{Condition, Destination, ModelFile, Operator, Place, RoutingRule, Test, When};
use proptest::{prelude::*, test_runner::FileFailurePersistence};
use testkit::{at, example_model, lead, rules};

use generated::{models, records};

const PLACE: Place = Place {
    file: ModelFile::Processes,
    line: 1,
    column: 1,
};

fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn test(field: &str, operator: Operator) -> Condition {
    Condition::Test(Test {
        field: field.parse().unwrap(),
        operator,
        place: PLACE,
    })
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn value_found(facts: &Facts<'_>, field: &str) -> Option<Value> {
    match facts.look(&field.parse().unwrap()) {
        FieldValue::Value(value) => Some(value.into_owned()),
        _ => None,
    }
}

/// What segments, territories and the profile say is what asking each of their entries says.
fn lists_agree(rules: &Rules, facts: &Facts<'_>) {
    for (field, list) in [
        ("segment", &rules.model.segments),
        ("territory", &rules.model.territories),
    ] {
        let wins = first_match(list, facts).map(|matched| text(matched.name));
        assert_eq!(value_found(facts, &format!("lead.{field}")), wins);
    }
    let verdicts: Vec<Verdict> = (rules.model.icp.iter())
        .map(|criterion| evaluate(&criterion.when, facts).verdict)
        .collect();
    let fits = if verdicts.contains(&Verdict::NotHeld) {
        Some(Value::Boolean(false))
    } else if verdicts.contains(&Verdict::Unknown) {
        None
    } else {
        Some(Value::Boolean(true))
    };
    assert_eq!(value_found(facts, "lead.in_icp"), fits);
}

/// Every rule asked in turn, until one holds and names somebody: the reasons of all of them.
fn asked_in_turn(rules: &Rules, facts: &Facts<'_>) -> (Option<String>, Vec<Reason>) {
    let mut reasons = Vec::new();
    for rule in &rules.model.routing[&RecordKind::Lead] {
        let (verdict, findings) = match &rule.when {
            When::Holds(condition) => {
                let evaluation = evaluate(condition, facts);
                (evaluation.verdict, evaluation.findings)
            }
            _ => (Verdict::Held, Vec::new()),
        };
        let owner = value_found(facts, "account.owner");
        let known = owner == Some(Value::Person(PersonId::new("anna")));
        let names = rule.to == Destination::Nobody || known;
        let why = match owner {
            Some(_) => "account.owner is nobody whom people.yaml knows; the next rule is asked",
            None => "account.owner has no value; the next rule is asked",
        };
        let note = (verdict == Verdict::Held && !names).then_some(why);
        reasons.push(Reason {
            rule: format!("routing.lead.{}", rule.rule),
            place: Some(PLACE),
            verdict,
            findings,
            note: note.map(str::to_owned),
        });
        if verdict == Verdict::Held && names {
            return (Some(rule.rule.clone()), reasons);
        }
    }
    (None, reasons)
}

fn routing_agrees(rules: &Rules, facts: &Facts<'_>) {
    let (wins, reasons) = asked_in_turn(rules, facts);
    let choice = choose(facts);
    assert_eq!(
        choice.rule,
        wins.clone().unwrap_or_else(|| "none".to_owned())
    );
    assert_eq!(choice.chosen == Chosen::NoRule, wins.is_none());
    assert_eq!(deciding_rule(facts).map(|rule| &rule.rule), wins.as_ref());
    if reasons.len() <= MOST_REASONS {
        assert_eq!(choice.reasons, reasons);
        return;
    }
    // The rule that decided, and the first of those that could not be known or were passed over.
    let mut counts = BTreeMap::new();
    let matter = |reason: &&Reason| {
        let decided = wins
            .as_ref()
            .is_some_and(|rule| reason.rule.ends_with(&format!(".{rule}")));
        let count = counts.entry(reason.verdict == Verdict::Held).or_insert(0);
        *count += usize::from(!decided && reason.verdict != Verdict::NotHeld);
        decided || reason.verdict != Verdict::NotHeld && *count <= MOST_REASONS
    };
    let mut told: Vec<&Reason> = reasons.iter().filter(matter).collect();
    let rest = reasons.len() - told.len();
    let said = choice.reasons.iter();
    let counted = said.clone().find(|reason| reason.rule == "routing.lead");
    told.splice(0..0, counted);
    assert_eq!(said.collect::<Vec<_>>(), told);
    let note = counted.and_then(|reason| reason.note.as_deref());
    assert_eq!(
        rest > 0,
        note.is_some_and(|note| note.starts_with(&rest.to_string()))
    );
}

proptest! {
    // Beside this file, since a parallel folder would keep those of every `main.rs` in one.
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("proptest-regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_record_is_decided_as_if_every_rule_were_asked_in_turn(
        model in models(),
        records in prop::collection::vec(records(), 24),
    ) {
        let rules = rules(model);
        for record in &records {
            let facts = Facts::of(&rules, record, now());
            lists_agree(&rules, &facts);
            routing_agrees(&rules, &facts);
        }
    }
}

/// So many rules and constants that values share classes, and the reasons are cut.
fn many_rules(count: u32) -> Rules {
    let mut model = example_model();
    let rules = (0..count).map(|number| {
        let low = Decimal::from(number);
        let size = Operator::Between(low, low + Decimal::from(10));
        let source = Operator::OneOf(vec![text(&format!("source_{}", number % 900))]);
        RoutingRule {
            into: None,
            label: None,
            rule: format!("rule_{number}"),
            when: When::Holds(Condition::All(vec![
                test("account.employees", size),
                test("lead.source", source),
            ])),
            to: Destination::Nobody,
            move_to: None,
            place: PLACE,
        }
    });
    let mut list: Vec<RoutingRule> = rules.collect();
    list.append(model.routing.get_mut(&RecordKind::Lead).unwrap());
    model.routing.insert(RecordKind::Lead, list);
    testkit::rules(model)
}

#[test]
fn values_that_share_a_class_are_still_told_apart() {
    let rules = many_rules(2_000);
    for (size, source, wins) in [
        (5, "source_3", "rule_3"),
        (5, "source_6", "dach"),
        (905, "source_0", "rule_900"),
        (909, "source_899", "rule_899"),
        (910, "source_899", "dach"),
        (1_999, "source_199", "rule_1999"),
        (2_009, "source_199", "rule_1999"),
        (2_010, "source_199", "dach"),
        (7, "source_900", "dach"),
    ] {
        let record = lead("1", now())
            .account("DE", "software", size.max(50))
            .text("source", source);
        let mut record = record.build();
        let employees = Value::Number(Decimal::from(size));
        let account = record.account.as_mut().unwrap();
        account.fields.insert("employees".to_owned(), employees);
        if size < 50 && wins == "dach" {
            // Too small for the profile.
            assert_eq!(
                choose(&Facts::of(&rules, &record, now())).rule,
                "everyone_else"
            );
            continue;
        }
        assert_eq!(
            choose(&Facts::of(&rules, &record, now())).rule,
            wins,
            "{size} {source}"
        );
    }
}

#[test]
fn of_a_long_list_only_the_rules_that_matter_are_told() {
    let rules = many_rules(2_000);
    let record = lead("1", now()).text("source", "source_7");
    let record = record.account("DE", "software", 4_000).build();
    let choice = choose(&Facts::of(&rules, &record, now()));
    let told: Vec<(&str, Verdict)> = (choice.reasons.iter())
        .map(|reason| (reason.rule.as_str(), reason.verdict))
        .collect();
    assert_eq!(
        told,
        [
            ("routing.lead", Verdict::NotHeld),
            ("routing.lead.private_mail", Verdict::Unknown),
            ("routing.lead.dach", Verdict::Held),
        ]
    );
    assert_eq!(
        choice.reasons[0].note.as_deref(),
        Some("2001 more rules were weighed before and did not hold")
    );
}

#[test]
fn of_many_unknown_rules_the_first_are_told_and_the_rest_are_counted() {
    let rules = many_rules(2_000);
    let record = lead("1", now()).text("source", "source_7").build();
    let choice = choose(&Facts::of(&rules, &record, now()));
    // Of 900 sources three rules have this one, and nobody knows the size.
    let unknown = choice.reasons.iter();
    let unknown = unknown.filter(|reason| reason.verdict == Verdict::Unknown);
    assert_eq!(unknown.count(), 4, "with private_mail");
    let record = lead("1", now()).build();
    let choice = choose(&Facts::of(&rules, &record, now()));
    assert_eq!(choice.reasons.len(), MOST_REASONS + 2);
    let note = choice.reasons[0].note.as_deref().unwrap();
    assert!(
        note.contains("1976 of them because a field that they need has no value"),
        "{note}"
    );
    assert_eq!(choice.rule, "everyone_else");
}
