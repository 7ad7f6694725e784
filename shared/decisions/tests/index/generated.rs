//! Any rules, and any records: fields hold what the CRM sends, which need not be what is declared.

use std::sync::LazyLock;

use business_time::BusinessAmount;
use crm::{AccountFacts, Decimal, PersonId, Record, RecordKind, Value};
use model::{
    Condition, Criterion, Destination, Entry, FirstMatch, OperatingModel, Operator, RoutingRule,
    When,
};
use proptest::prelude::*;
use testkit::{at, example_model, lead};

use crate::{PLACE, test, text};

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
        1 => Just(Operator::InTheLast { length: wall(86_400), days: false }),
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
            into: None,
            label: None,
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

pub fn models() -> impl Strategy<Value = OperatingModel> {
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

pub fn records() -> impl Strategy<Value = Record> {
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
                others: None,
                behaviour: None,
                id: testkit::record_id("account:1"),
                modified: jiff::Timestamp::UNIX_EPOCH,
                fields,
            });
            record
        },
    )
}
