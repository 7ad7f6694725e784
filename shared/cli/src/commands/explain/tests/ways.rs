//! What is told of a record that came to its owner by an unusual way. Each way is a short story that all functions play
//! as they would in the cloud; what is told of it is kept in `goldens/explain/`. `BLESS=1` writes it anew.

use contracts::Subject;
use crm::{PersonId, RecordId, Value};
use decisions::Rules;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use model::OperatingModel;
use simulator::{Action, ActionKind, Players, Story};
use store::{Guard, MemoryStore, Put, Store, Transaction};
use story::{Extent, gather};
use testkit::{at, model_of, put_before, record_id, texts_that_count_views};

use super::golden::is_golden;
use crate::{
    commands::{company::Company, explain::reader::Reader, explain::render::render},
    stack::wait,
};

/// Monday, ten in Berlin.
const BEGINS: &str = "2026-11-23T09:00:00Z";

/// The example, which also looks at what is done in the product, gives accounts to somebody who cares for them, and
/// routes a lead again that qualifies once more.
fn model() -> OperatingModel {
    let mut texts = texts_that_count_views("id: lead.email", "product_qualified");
    let mut put = |file: &str, before: &str, more: &str| put_before(&mut texts, file, before, more);
    put(
        "technology.yaml",
        "    country:   { type: text,    hubspot: country }\n",
        "    products:  { type: integer, hubspot: products_in_use }\n    success:   { type: person,  hubspot: success_manager }\n",
    );
    put(
        "processes.yaml",
        "reroute: ",
        "  account:
    - { rule: expanded, when: { account.products: { at_least: 3 } }, to: nina, into: account.success }
    - { rule: one_product, when: otherwise, to: nobody, into: account.success }\n\n",
    );
    put(
        "processes.yaml",
        "    - { upon: owner.removed,",
        "    - { upon: stage.entered, stage: qualified }
    - { upon: field.changed, field: lead.pricing_views, while: { lead.warmth: { at_least: 30 } } }
    - { upon: field.changed, field: account.pricing_views, while: { lead.warmth: { at_least: 30 } } }\n",
    );
    model_of(&texts)
}

/// What happens, and so many seconds after the beginning.
type Happens = (i64, ActionKind);

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn number(number: i64) -> Option<Value> {
    Some(Value::Number(number.into()))
}

fn set(record: &str, fields: &[(&str, Option<Value>)], by: Option<&str>) -> ActionKind {
    let fields = fields.iter();
    ActionKind::Set {
        record: record_id(record),
        fields: fields
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        by: by.map(PersonId::new),
    }
}

fn person(name: &str) -> Option<Value> {
    Some(Value::Person(PersonId::new(name)))
}

fn kranich() -> ActionKind {
    let fields = [
        ("name", text("Kranich")),
        ("domain", text("kranich.example")),
        ("country", text("DE")),
        ("industry", text("software")),
        ("employees", number(300)),
    ];
    set("account:5", &fields, None)
}

fn lead(record: &str, email: &str) -> ActionKind {
    set(record, &[("email", text(email))], None)
}

fn under(record: &str, account: &str) -> ActionKind {
    ActionKind::Belongs {
        record: record_id(record),
        account: record_id(account),
    }
}

fn away(name: &str, cover: Option<&str>) -> ActionKind {
    ActionKind::Away {
        person: PersonId::new(name),
        from: at("2026-11-23T08:00:00Z"),
        to: at("2026-11-27T08:00:00Z"),
        cover: cover.map(PersonId::new),
    }
}

fn viewed(who: &str, number: u32) -> ActionKind {
    ActionKind::Behaved {
        who: who.to_owned(),
        number,
        done: at("2026-11-23T08:30:00Z"),
    }
}

/// What all functions make of this, as `explain` tells it of a record in the end.
fn told(about: &str, happens: &[Happens]) -> String {
    let begins = at(BEGINS);
    let after = |seconds| begins + SignedDuration::from_secs(seconds);
    let last = happens.iter().map(|(seconds, _)| *seconds).max();
    let actions = happens.iter().map(|(seconds, what)| Action {
        at: after(*seconds),
        what: what.clone(),
    });
    let story = Story {
        seed: 7,
        from: begins,
        until: after(last.unwrap_or_default() + 1_800),
        actions: actions.collect(),
        faults: Vec::new(),
    };
    let model = model();
    let rules = Rules::prepare(model.clone(), begins).unwrap();
    let players = Players::new(&rules, begins).unwrap();
    let found = players.play(&story);
    assert!(found.violations.is_empty(), "{:?}", found.violations);
    let items = players.ending(&story).items;
    let subject = Subject::Record(record_id(about));
    let text = wait(async {
        let store = MemoryStore::new();
        for item in items {
            let put = Put {
                key: item.key,
                body: item.body,
                guard: Guard::Absent,
                indexes: contracts::Indexes::default(),
                expires: None,
                whole: item.whole,
            };
            let transaction = Transaction {
                puts: vec![put],
                checks: Vec::new(),
            };
            store.commit(transaction).await.unwrap();
        }
        let told = gather(&store, &subject, &Extent::default(), story.until).await;
        Ok(told.unwrap().expect("a story"))
    })
    .unwrap();
    render(&text, &reader(model, story.until), false)
}

fn reader(model: OperatingModel, now: Timestamp) -> Reader {
    Reader {
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        zone_said: "Europe/Berlin, the company's (from config/)".to_owned(),
        company: Company::Known(Box::new(model)),
        now,
    }
}

/// It reads as it did, and says what makes the way what it is.
fn reads(name: &str, (about, happens): (&str, &[Happens]), parts: &[&str]) {
    let text = told(about, happens);
    for part in parts {
        assert!(text.contains(part), "no {part:?} in:\n{text}");
    }
    assert!(!text.contains("@kranich"), "personal:\n{text}");
    is_golden(name, &of_routing(&text));
}

/// What routing has decided, without what changes with each call that any function makes more or less: the seconds, and by
/// which id a decision is called.
fn of_routing(text: &str) -> String {
    let routing = |decision: &&str| {
        let first = decision.lines().next();
        first.is_some_and(|first| first.contains(" lead-routing upon "))
    };
    let decisions = text.split("\n\n").filter(routing);
    let decisions = decisions.map(|decision| {
        let (first, rest) = decision.split_once('\n').unwrap_or((decision, ""));
        let first = first.split(" copy ").next().unwrap_or(first);
        format!("{}\n{}\n", first.trim_end(), rest)
    });
    without_seconds(&decisions.collect::<Vec<_>>().join("\n"))
}

fn without_seconds(text: &str) -> String {
    let bytes = text.as_bytes();
    let is_time = |at: usize| {
        let digits = |at: usize| bytes[at..at + 2].iter().all(u8::is_ascii_digit);
        let colons = bytes[at + 2] == b':' && bytes[at + 5] == b':';
        colons && digits(at) && digits(at + 3) && digits(at + 6)
    };
    let mut without = bytes.to_vec();
    for at in 0..bytes.len().saturating_sub(8) {
        if is_time(at) {
            without[at + 6..at + 8].copy_from_slice(b"00");
        }
    }
    String::from_utf8(without).expect("text")
}

#[test]
fn a_lead_that_waited_for_its_company() {
    let happens = [
        (0, kranich()),
        (60, lead("lead:1", "jo@mail.example")),
        (90, under("lead:1", "account:5")),
    ];
    let parts = [
        "waiting for lead.account and account.country",
        "by rule dach",
    ];
    reads("waited.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_lead_whose_account_was_found_by_its_domain() {
    let happens = [(0, kranich()), (60, lead("lead:1", "jo@kranich.example"))];
    let parts = ["match", "account:5", "by rule dach"];
    reads("matched.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_second_lead_of_the_same_person() {
    let happens = [
        (0, kranich()),
        (60, lead("lead:1", "jo@kranich.example")),
        (600, lead("lead:2", "Jo@kranich.example ")),
    ];
    reads("joined.txt", ("lead:2", &happens), &["lead:1"]);
}

#[test]
fn a_fallback_over_three_absent_members_of_a_pool() {
    let happens = [
        (0, kranich()),
        (1, away("anna", None)),
        (2, away("ben", None)),
        (3, away("jonas", None)),
        (60, lead("lead:1", "jo@kranich.example")),
    ];
    let parts = ["anna is away until", "in place of jonas", "owner carla"];
    reads("all-away.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_lead_of_whoever_is_away_and_covered() {
    let happens = [
        (0, kranich()),
        (1, set("account:5", &[("owner", person("jonas"))], None)),
        (3, away("jonas", Some("olga"))),
        (60, lead("lead:1", "jo@kranich.example")),
    ];
    let parts = ["jonas is away", "owner olga"];
    reads("covered.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_deal_that_was_taken_from_a_queue() {
    let stage = ("stage", text("discovery"));
    let pipeline = ("pipeline", text("default"));
    let happens = [
        (0, set("opportunity:1", &[stage, pipeline], None)),
        (
            600,
            set("opportunity:1", &[("owner", person("olga"))], Some("olga")),
        ),
    ];
    let parts = ["queue deal_desk", "olga"];
    reads("taken.txt", ("opportunity:1", &happens), &parts);
}

#[test]
fn an_owner_who_was_taken_off_and_another_one_who_has_it() {
    let happens = [
        (0, kranich()),
        (60, lead("lead:1", "jo@kranich.example")),
        (3_600, set("lead:1", &[("owner", None)], Some("tom"))),
    ];
    let parts = [
        "reroute.lead.owner.removed",
        "the CRM names no owner any more",
    ];
    reads("taken-off.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_lead_that_qualifies_once_more() {
    let to = |stage: &str| set("lead:1", &[("stage", text(stage))], Some("tom"));
    let source = ("source", text("web"));
    let happens = [
        (0, kranich()),
        (60, lead("lead:1", "jo@kranich.example")),
        (61, set("lead:1", &[source], None)),
        (600, to("recycled")),
        (7_200, to("qualified")),
    ];
    let parts = [
        "reroute.lead.stage.entered qualified",
        "it has entered qualified",
    ];
    reads("qualified-again.txt", ("lead:1", &happens), &parts);
}

#[test]
fn an_account_that_is_given_to_somebody_beside_its_owner() {
    let happens = [
        (0, kranich()),
        (600, set("account:5", &[("products", number(3))], None)),
    ];
    let parts = ["routing.account.expanded", "nina"];
    reads("second-person.txt", ("account:5", &happens), &parts);
}

#[test]
fn a_lead_that_qualifies_by_what_its_person_does() {
    let happens = [
        (0, kranich()),
        (60, lead("lead:1", "jo@kranich.example")),
        (600, viewed("jo@kranich.example", 1)),
        (601, viewed("jo@kranich.example", 2)),
        (602, viewed("jo@kranich.example", 3)),
    ];
    let parts = [
        "viewed pricing 3 times since Mon 23 Nov",
        "product_qualified",
    ];
    reads("product-qualified.txt", ("lead:1", &happens), &parts);
}

#[test]
fn a_lead_that_qualifies_by_what_the_people_of_its_account_do() {
    let mut happens = vec![
        (0, kranich()),
        (60, lead("lead:1", "jo@kranich.example")),
        (61, lead("lead:2", "kim@kranich.example")),
    ];
    let by = |number: u32| match number % 2 {
        0 => "jo@kranich.example",
        _ => "kim@kranich.example",
    };
    let times = (1..=5).map(|number| (600 + i64::from(number), viewed(by(number), number)));
    happens.extend(times);
    let parts = [
        "people of the account viewed pricing 5 times since Mon 23 Nov",
        "product_qualified",
    ];
    reads("account-qualified.txt", ("lead:1", &happens), &parts);
}

/// The ids of a story are those of its records.
#[test]
fn what_is_told_is_of_the_record_that_was_asked_for() {
    let id: RecordId = record_id("lead:1");
    let happens = [(0, lead("lead:1", "jo@gmail.com"))];
    let text = told("lead:1", &happens);
    assert!(text.starts_with(&id.name().to_string()), "{text}");
}
