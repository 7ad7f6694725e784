//! The index says what asking every rule says, for any rules and any record.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{collections::BTreeMap, sync::LazyLock};

use business_time::BusinessAmount;
use contracts::{Reason, Verdict};
use crm::{AccountFacts, Decimal, PersonId, Record, RecordId, RecordKind, Value};
use decisions::{
    Facts, Looked, Rules, evaluate, first_match,
    routing::{Chosen, MOST_TOLD, choose, deciding_rule},
};
use jiff::Timestamp;
use operating_model::{
    Condition, Criterion, Destination, Entry, FirstMatch, ModelFile, OperatingModel, Operator,
    Place, RoutingRule, Test, When,
};
use proptest::prelude::*;
use testkit::{at, example_model, lead, rules};

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

fn number() -> impl Strategy<Value = Decimal> {
    prop::sample::select(vec![0_i64, 100, 150, 200, 201, 1000]).prop_map(Decimal::from)
}

fn word() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["DE", "AT", "FR", "US", "software", "web", "fair"])
}

/// Any value, of any type: what the CRM holds need not be what the model declares.
fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => word().prop_map(text),
        1 => Just(text("elsewhere")),
        4 => number().prop_map(Value::Number),
        1 => Just(Value::Number(Decimal::new(1501, 1))),
        2 => any::<bool>().prop_map(Value::Boolean),
        2 => prop::sample::select(vec!["anna", "stranger"])
            .prop_map(|it| Value::Person(PersonId::new(it))),
        1 => Just(Value::Date("2026-11-20".parse().unwrap())),
        1 => Just(Value::Timestamp(at("2026-11-22T09:00:00Z"))),
    ]
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(value(), 1..4)
}

fn operator() -> impl Strategy<Value = Operator> {
    let wall = |seconds| BusinessAmount::Wall(seconds);
    prop_oneof![
        6 => values().prop_map(Operator::OneOf),
        2 => values().prop_map(Operator::NoneOf),
        2 => prop::sample::select(vec!["served_countries", "free_mail", "no_such_list"])
            .prop_map(|it| Operator::InList(it.to_owned())),
        2 => number().prop_map(Operator::AtLeast),
        2 => number().prop_map(Operator::AtMost),
        2 => number().prop_map(Operator::MoreThan),
        2 => number().prop_map(Operator::LessThan),
        2 => (number(), number()).prop_map(|(low, high)| Operator::Between(low, high)),
        2 => any::<bool>().prop_map(Operator::Present),
        1 => Just(Operator::Contains("OFT".to_owned())),
        1 => Just(Operator::StartsWith("d".to_owned())),
        1 => Just(Operator::EndsWith("R".to_owned())),
        1 => prop::sample::select(vec!["^[A-Z]+$", "("])
            .prop_map(|it| Operator::Matches(it.to_owned())),
        1 => Just(Operator::OlderThan(wall(86_400))),
        1 => Just(Operator::Within(wall(86_400))),
        1 => Just(Operator::LongerThan(wall(3_600))),
    ]
}

const OF_ACCOUNT: [&str; 4] = [
    "account.country",
    "account.industry",
    "account.employees",
    "account.owner",
];
const OF_LEAD: [&str; 10] = [
    "lead.source",
    "lead.title",
    "lead.email_domain",
    "lead.segment",
    "lead.territory",
    "lead.in_icp",
    "lead.age",
    "lead.last_contact",
    "lead.stage",
    "account.country",
];

fn conditions(fields: &[&'static str]) -> impl Strategy<Value = Condition> + use<> {
    let tested = (prop::sample::select(fields.to_vec()), operator())
        .prop_map(|(field, operator)| test(field, operator));
    tested.prop_recursive(3, 8, 3, |inner| {
        let parts = || prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            3 => parts().prop_map(Condition::All),
            2 => parts().prop_map(Condition::Any),
            1 => parts().prop_map(Condition::None),
        ]
    })
}

/// One kind of words for segments and territories, so that rules on them can hold.
fn list() -> impl Strategy<Value = FirstMatch> {
    let entries = prop::collection::vec(conditions(&OF_ACCOUNT), 1..4);
    (entries, any::<bool>(), any::<bool>()).prop_map(|(conditions, unknown, otherwise)| {
        let holds = conditions.into_iter().map(When::Holds);
        let catching = [
            unknown.then_some(When::Unknown),
            otherwise.then_some(When::Otherwise),
        ];
        let all = holds.chain(catching.into_iter().flatten());
        let names = ["DE", "AT", "FR", "US", "web", "fair"].into_iter();
        let entries = names.zip(all).map(|(name, when)| Entry {
            name: name.to_owned(),
            when,
            place: PLACE,
        });
        FirstMatch {
            entries: entries.collect(),
        }
    })
}

fn routing() -> impl Strategy<Value = Vec<RoutingRule>> {
    let of_lead: Vec<&'static str> = OF_LEAD.iter().chain(&OF_ACCOUNT).copied().collect();
    let condition = prop_oneof![
        5 => conditions(&of_lead),
        1 => Just(Condition::Is("named".to_owned(), PLACE)),
        1 => Just(Condition::None(vec![Condition::Is("named".to_owned(), PLACE)])),
        1 => Just(Condition::Is("no_such_condition".to_owned(), PLACE)),
    ];
    let to = prop_oneof![
        Just(Destination::Nobody),
        Just(Destination::Field("account.owner".parse().unwrap())),
    ];
    let rule = (condition, to).prop_map(|(condition, to)| (When::Holds(condition), to));
    let otherwise = Just((When::Otherwise, Destination::Nobody));
    prop::collection::vec(prop_oneof![12 => rule, 1 => otherwise], 0..60).prop_map(|rules| {
        let numbered = rules.into_iter().enumerate();
        let rules = numbered.map(|(number, (when, to))| RoutingRule {
            rule: format!("rule_{number}"),
            when,
            to,
            move_to: None,
            place: PLACE,
        });
        rules.collect()
    })
}

static BASE: LazyLock<OperatingModel> = LazyLock::new(example_model);

fn models() -> impl Strategy<Value = OperatingModel> {
    let icp = prop::collection::vec(conditions(&OF_ACCOUNT), 0..3);
    (routing(), list(), list(), icp, conditions(&OF_ACCOUNT)).prop_map(
        |(routing, segments, territories, icp, named)| {
            let mut model = BASE.clone();
            model.routing.insert(RecordKind::Lead, routing);
            model.segments = segments;
            model.territories = territories;
            model.conditions.insert("named".to_owned(), named);
            let criteria = icp.into_iter().map(|when| Criterion {
                name: "criterion".to_owned(),
                when,
                place: PLACE,
            });
            model.icp = criteria.collect();
            model
        },
    )
}

fn records() -> impl Strategy<Value = Record> {
    let own = ["source", "title", "email", "stage"];
    let of_account = ["country", "industry", "employees", "owner"];
    let fields = |names: &[&'static str]| {
        prop::collection::btree_map(
            prop::sample::select(names.to_vec()).prop_map(str::to_owned),
            value(),
            0..5,
        )
    };
    let address = prop::option::of(Just("lena@DE"));
    (fields(&own), prop::option::of(fields(&of_account)), address).prop_map(
        |(own, account, address)| {
            let mut record = lead("1", at("2026-11-23T07:59:59Z")).build();
            record.fields = own;
            record
                .fields
                .extend(address.map(|it| ("email".to_owned(), text(it))));
            record.account = account.map(|fields| AccountFacts {
                id: RecordId::new(RecordKind::Account, "1").unwrap(),
                fields,
            });
            record
        },
    )
}

fn looked(facts: &Facts<'_>, field: &str) -> Option<Value> {
    match facts.look(&field.parse().unwrap()) {
        Looked::Value(value) => Some(value.into_owned()),
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
        assert_eq!(looked(facts, &format!("lead.{field}")), wins);
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
    assert_eq!(looked(facts, "lead.in_icp"), fits);
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
        let owner = looked(facts, "account.owner");
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
    if reasons.len() <= MOST_TOLD {
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
        decided || reason.verdict != Verdict::NotHeld && *count <= MOST_TOLD
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
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

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
    assert_eq!(choice.reasons.len(), MOST_TOLD + 2);
    let note = choice.reasons[0].note.as_deref().unwrap();
    assert!(
        note.contains("1976 of them because a field that they need has no value"),
        "{note}"
    );
    assert_eq!(choice.rule, "everyone_else");
}
