//! What the checker proves of a list agrees with what decisions do with every record there is.
//!
//! The fields of these lists tell few values apart, so every kind of record can be tried: an entry
//! is said to be dead exactly if it wins for none of them, and a list is said to let a record fall
//! through exactly if it does.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeSet, fmt::Write};

use crm::{AccountFacts, Decimal, PersonId, Record, RecordKind, Value};
use decisions::{Facts, first_match, routing::choose};
use jiff::Timestamp;
use model::{
    Condition, Destination, Entry, FirstMatch, ModelFile, Operator, Place, RoutingRule, Test, When,
};
use model_compiler::{Problem, Texts};
use proptest::prelude::*;
use testkit::{at, example_model, example_texts, example_with, lead, rules};

fn now() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// The first derived field of the example, and one that is put before it.
const DERIVED: &str = "  lead.email_domain:";
const SIZE_CLASS: &str = "  account.size_class: { first_match: { big: { account.employees: { at_least: 150 } }, small: otherwise, untold: unknown } }";

/// Where the conditions of this test are not written.
const PLACE: Place = Place {
    file: ModelFile::Processes,
    line: 1,
    column: 1,
};

fn test(field: &str, operator: Operator) -> Condition {
    Condition::Test(Test {
        field: field.parse().unwrap(),
        operator,
        place: PLACE,
    })
}

fn texts(values: &[&str]) -> Vec<Value> {
    values
        .iter()
        .map(|it| Value::Text((*it).to_owned()))
        .collect()
}

/// Tests of fields of the account, which every kind of record here can be put to.
fn of_account() -> impl Strategy<Value = Condition> {
    let number = || prop_oneof![Just(Decimal::from(100)), Just(Decimal::from(200))];
    let size = prop_oneof![
        number().prop_map(Operator::AtLeast),
        number().prop_map(Operator::AtMost),
        number().prop_map(Operator::MoreThan),
        number().prop_map(Operator::LessThan),
        number().prop_map(|it| Operator::OneOf(vec![Value::Number(it)])),
        Just(Operator::Between(Decimal::from(100), Decimal::from(200))),
        any::<bool>().prop_map(Operator::Present),
    ];
    let country = prop_oneof![
        Just(Operator::OneOf(texts(&["DE"]))),
        Just(Operator::OneOf(texts(&["DE", "FR"]))),
        Just(Operator::NoneOf(texts(&["FR"]))),
        Just(Operator::InList("served_countries".to_owned())),
        Just(Operator::StartsWith("d".to_owned())),
        any::<bool>().prop_map(Operator::Present),
    ];
    let owner = prop_oneof![
        Just(Operator::OneOf(vec![Value::Person(PersonId::new("anna"))])),
        any::<bool>().prop_map(Operator::Present),
    ];
    prop_oneof![
        3 => size.prop_map(|it| test("account.employees", it)),
        3 => country.prop_map(|it| test("account.country", it)),
        1 => owner.prop_map(|it| test("account.owner", it)),
    ]
}

/// Tests of fields of the lead, given and derived.
fn of_lead() -> impl Strategy<Value = Condition> {
    let one_of = |field, value| Just(test(field, Operator::OneOf(texts(&[value]))));
    let yes = |wanted| Operator::OneOf(vec![Value::Boolean(wanted)]);
    prop_oneof![
        one_of("lead.source", "fair"),
        one_of("lead.source", "web"),
        one_of("lead.segment", "smb"),
        one_of("lead.segment", "unsized"),
        one_of("account.segment", "smb"),
        one_of("account.territory", "dach"),
        one_of("account.size_class", "big"),
        one_of("account.size_class", "untold"),
        one_of("lead.territory", "dach"),
        one_of("lead.territory", "rest_of_world"),
        any::<bool>().prop_map(move |it| test("lead.in_icp", yes(it))),
        any::<bool>().prop_map(|it| test("lead.in_icp", Operator::Present(it))),
        any::<bool>().prop_map(|it| test("lead.source", Operator::Present(it))),
    ]
}

fn nested(tests: BoxedStrategy<Condition>) -> impl Strategy<Value = Condition> {
    tests.prop_recursive(2, 6, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts().prop_map(Condition::All),
            parts().prop_map(Condition::Any),
            parts().prop_map(Condition::None),
        ]
    })
}

/// A condition as the language writes it.
fn written(condition: &Condition) -> String {
    let several = |word: &str, parts: &[Condition]| {
        let parts: Vec<String> = parts.iter().map(written).collect();
        format!("{{ {word}: [{}] }}", parts.join(", "))
    };
    match condition {
        Condition::All(parts) => several("all", parts),
        Condition::Any(parts) => several("any", parts),
        Condition::None(parts) => several("none", parts),
        Condition::Is(name, _) => format!("{{ is: {name} }}"),
        Condition::Test(test) => format!("{{ {}: {} }}", test.field, operator(&test.operator)),
    }
}

fn operator(operator: &Operator) -> String {
    let list = |values: &[Value]| {
        let quoted = values.iter().map(|value| match value {
            Value::Text(text) => format!("\"{text}\""),
            other => other.to_string(),
        });
        format!("[{}]", quoted.collect::<Vec<_>>().join(", "))
    };
    match operator {
        Operator::OneOf(values) => list(values),
        Operator::NoneOf(values) => format!("{{ none_of: {} }}", list(values)),
        Operator::InList(name) => format!("{{ in_list: {name} }}"),
        Operator::AtLeast(it) => format!("{{ at_least: {it} }}"),
        Operator::AtMost(it) => format!("{{ at_most: {it} }}"),
        Operator::MoreThan(it) => format!("{{ more_than: {it} }}"),
        Operator::LessThan(it) => format!("{{ less_than: {it} }}"),
        Operator::Between(low, high) => format!("{{ between: [{low}, {high}] }}"),
        Operator::StartsWith(text) => format!("{{ starts_with: \"{text}\" }}"),
        Operator::Present(wanted) => {
            format!("{{ present: {} }}", if *wanted { "yes" } else { "no" })
        }
        other => panic!("{other:?} is not written here"),
    }
}

/// A record of every kind that the conditions of this test can tell apart.
fn every_lead() -> Vec<Record> {
    let some = |values: &[&'static str]| -> Vec<Option<&'static str>> {
        std::iter::once(None)
            .chain(values.iter().copied().map(Some))
            .collect()
    };
    let sizes = [0, 10, 99, 100, 120, 150, 200, 250, 1_000, 6_000];
    let mut leads = Vec::new();
    for country in some(&["DE", "AT", "FR", "US", "XX", "dx"]) {
        for industry in some(&["software", "mining"]) {
            for size in sizes {
                for source in some(&["fair", "web", "mail"]) {
                    for owner in some(&["anna", "ben", "stranger"]) {
                        leads.push(a_lead(country, industry, size, source, owner));
                    }
                }
            }
        }
    }
    leads
}

fn a_lead(
    country: Option<&str>,
    industry: Option<&str>,
    size: u32,
    source: Option<&str>,
    owner: Option<&str>,
) -> Record {
    let mut record = lead("1", now()).build();
    let text = |it: &str| Value::Text(it.to_owned());
    let mut account = AccountFacts {
        others: None,
        behaviour: None,
        id: testkit::record_id("account:1"),
        modified: jiff::Timestamp::UNIX_EPOCH,
        fields: [].into(),
    };
    let values = [
        ("country", country.map(text)),
        ("industry", industry.map(text)),
        ("employees", (size > 0).then(|| Value::Number(size.into()))),
        ("owner", owner.map(|it| Value::Person(PersonId::new(it)))),
    ];
    for (field, value) in values {
        account
            .fields
            .extend(value.map(|value| (field.to_owned(), value)));
    }
    record.account = Some(account);
    record
        .fields
        .extend(source.map(|it| ("source".to_owned(), text(it))));
    record
}

/// The example's texts with one section of a file replaced.
fn replaced(texts: &mut Texts, file: &str, from: &str, to: Option<&str>, new: &str) {
    let text = texts.get(file).unwrap().to_owned();
    let (before, after) = text.split_once(from).unwrap();
    let after = to.map_or("", |to| &after[after.find(to).unwrap()..]);
    texts.insert(file, format!("{before}{new}{after}").as_bytes());
}

/// Without pools, and without the step that gives a lead to another member of one.
fn without_pools(texts: &mut Texts) {
    replaced(texts, "people.yaml", "pools:", None, "");
    let processes = texts.get("processes.yaml").unwrap().lines();
    let left: Vec<&str> = processes
        .filter(|line| !line.contains("reassign:"))
        .collect();
    texts.insert("processes.yaml", (left.join("\n") + "\n").as_bytes());
}

/// What the checker says: the dead entries, and whether something falls through.
fn claims(texts: &Texts) -> (BTreeSet<String>, bool) {
    let problems: Vec<Problem> = model_compiler::read(texts).err().unwrap_or_default();
    let mut dead = BTreeSet::new();
    let mut uncaught = false;
    for problem in problems {
        match problem.check {
            "dead-entry" => {
                dead.insert(problem.what.split('`').nth(1).unwrap().to_owned());
            }
            "uncaught-record" => uncaught = true,
            _ => panic!("{problem}"),
        }
    }
    (dead, uncaught)
}

fn rule(index: usize, when: Condition, to: &Destination) -> RoutingRule {
    RoutingRule {
        into: None,
        label: None,
        rule: format!("rule_{index}"),
        when: When::Holds(when),
        to: to.clone(),
        move_to: None,
        place: PLACE,
    }
}

fn routing_agrees(conditions: Vec<(Condition, bool)>) {
    let somebody = Destination::Person(PersonId::new("anna"));
    let their_owner = Destination::Field("account.owner".parse().unwrap());
    let mut list = Vec::new();
    let mut text = "routing:\n  lead:\n".to_owned();
    for (index, (when, by_field)) in conditions.into_iter().enumerate() {
        let when_text = written(&when);
        let (to, to_text) = if by_field {
            (&their_owner, "account.owner")
        } else {
            (&somebody, "anna")
        };
        writeln!(
            text,
            "    - rule: rule_{index}\n      when: {when_text}\n      to: {to_text}"
        )
        .unwrap();
        list.push(rule(index, when, to));
    }
    let mut texts = example_texts();
    replaced(
        &mut texts,
        "technology.yaml",
        "derived:",
        Some(DERIVED),
        &format!("derived:\n{SIZE_CLASS}\n"),
    );
    replaced(
        &mut texts,
        "processes.yaml",
        "before_routing:",
        Some("\nclocks:"),
        &text,
    );
    without_pools(&mut texts);
    let (dead, uncaught) = claims(&texts);

    let mut model = example_with(
        "technology.yaml",
        DERIVED,
        &format!("{SIZE_CLASS}\n{DERIVED}"),
    );
    let names: BTreeSet<String> = list.iter().map(|rule| rule.rule.clone()).collect();
    model.routing.insert(RecordKind::Lead, list);
    let rules = rules(model);
    let leads = every_lead();
    let chosen = leads
        .iter()
        .map(|lead| choose(&Facts::of(&rules, lead, now())).rule);
    let chosen: BTreeSet<String> = chosen.collect();
    let never: BTreeSet<String> = names.difference(&chosen).cloned().collect();
    assert_eq!(
        dead, never,
        "dead by the checker, and by every record:\n{text}"
    );
    assert_eq!(uncaught, chosen.contains("none"), "falls through:\n{text}");
}

fn territories_agree(conditions: Vec<Condition>, unknown: bool, otherwise: bool) {
    let mut entries = Vec::new();
    let mut text = "territories:\n".to_owned();
    let mut add = |name: String, when: When, written: &str| {
        writeln!(text, "  {name}: {written}").unwrap();
        entries.push(Entry {
            name,
            when,
            place: PLACE,
        });
    };
    for (index, when) in conditions.into_iter().enumerate() {
        let written = written(&when);
        add(format!("entry_{index}"), When::Holds(when), &written);
    }
    if unknown {
        add("not_known".to_owned(), When::Unknown, "unknown");
    }
    if otherwise {
        add("the_rest".to_owned(), When::Otherwise, "otherwise");
    }
    let mut texts = example_texts();
    replaced(&mut texts, "strategy.yaml", "territories:", None, &text);
    let routing = "routing:\n  lead:\n    - { rule: all, when: otherwise, to: anna }\n";
    let (handed, accepted) = ("when: { lead.territory: dach }, ", "accept: { upon");
    replaced(&mut texts, "processes.yaml", handed, Some(accepted), "");
    replaced(
        &mut texts,
        "processes.yaml",
        "before_routing:",
        Some("\nclocks:"),
        routing,
    );
    without_pools(&mut texts);
    let (dead, uncaught) = claims(&texts);

    let rules = rules(example_model());
    let list = FirstMatch { entries };
    let (mut won, mut fell) = (BTreeSet::new(), false);
    for lead in &every_lead() {
        match first_match(&list, &Facts::of(&rules, lead, now())) {
            Some(matched) => {
                won.insert(matched.name.to_owned());
            }
            None => fell = true,
        }
    }
    let names: BTreeSet<String> = list.entries.iter().map(|it| it.name.clone()).collect();
    let never: BTreeSet<String> = names.difference(&won).cloned().collect();
    assert_eq!(
        dead, never,
        "dead by the checker, and by every record:\n{text}"
    );
    assert_eq!(uncaught, fell, "falls through:\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_routing_list_does_what_is_proven_of_it(
        conditions in prop::collection::vec(
            (nested(prop_oneof![of_account(), of_lead()].boxed()), prop::bool::weighted(0.2)),
            1..6,
        )
    ) {
        routing_agrees(conditions);
    }

    #[test]
    fn a_list_of_the_strategy_does_what_is_proven_of_it(
        conditions in prop::collection::vec(nested(of_account().boxed()), 1..5),
        unknown: bool,
        otherwise: bool,
    ) {
        territories_agree(conditions, unknown, otherwise);
    }
}
