//! Whose another lead of the domain was: as a field of a lead, for as long as it counts, and in the reasons.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    Key,
    state::{LatestState, PoolState},
};
use crm::{FieldRef, Latest, PersonId, Record, RecordKind, Value};
use decisions::{
    Facts, FieldValue, Staffing,
    latest::{expires, kept_at, of_others, with_record},
    routing::{Todo, consider, route},
};
use jiff::Timestamp;
use testkit::{at, example_texts, lead, model_of, put_before, record_id, source, staffing};

/// Tuesday, ten in Berlin.
const NOW: &str = "2026-11-24T09:00:00Z";

/// The example, whose rules give a lead to whom another of its domain belonged.
fn asking() -> Staffing {
    let mut texts = example_texts();
    let derived = "  lead.former_owner: { latest: lead.owner, same: domain, in_the_last: 120d }\n";
    put_before(
        &mut texts,
        "technology.yaml",
        "  lead.at_its_domain:",
        derived,
    );
    let rule = "    - { rule: known_here, when: { lead.former_owner: { present: yes } }, to: lead.former_owner }\n";
    put_before(
        &mut texts,
        "processes.yaml",
        "    - rule: private_mail",
        rule,
    );
    staffing(model_of(&texts))
}

fn person(name: &str) -> PersonId {
    PersonId::new(name)
}

/// A lead of a German company, of whose domain another one became anna's then.
fn after_anna(since: &str) -> Record {
    let lead = lead("2", at("2026-11-24T08:59:00Z")).account("DE", "software", 300);
    let mut record = lead.text("email", "kim@kranich.example").build();
    let latest = Latest {
        record: record_id("lead:1"),
        person: person("anna"),
        at: at(since),
    };
    record.latest.insert("former_owner".to_owned(), latest);
    record
}

fn former(staffing: &Staffing, record: &Record, now: Timestamp) -> Option<Value> {
    let facts = Facts::of(staffing, record, now);
    match facts.look(&FieldRef::new(RecordKind::Lead, "former_owner")) {
        FieldValue::Value(value) => Some(value.into_owned()),
        _ => None,
    }
}

#[test]
fn it_counts_for_as_long_as_the_model_says() {
    let staffing = asking();
    let record = after_anna("2026-07-27T09:00:00Z");
    let is = |now: &str| former(&staffing, &record, at(now));
    let anna = Some(Value::Person(person("anna")));
    assert_eq!(is("2026-11-24T08:59:59Z"), anna, "not yet 120 days");
    assert_eq!(is(NOW), None, "120 days");
}

#[test]
fn a_lead_goes_to_whom_another_of_its_domain_belonged_and_the_reasons_say_so() {
    let staffing = asking();
    let record = after_anna("2026-10-15T09:00:00Z");
    let Todo::Route(choice) = consider(&staffing, &record, None, at(NOW)) else {
        panic!("nothing to route");
    };
    let pool = PoolState::default();
    let routed = route(&staffing, &record, choice, None, &pool, at(NOW)).expect("somebody");
    assert_eq!(routed.routing.owner, Some(person("anna")));
    assert_eq!(routed.routing.rule, "known_here");
    let rule = "routing.lead.known_here";
    let reason = routed.draft.reasons.iter().find(|it| it.rule == rule);
    let said = reason.and_then(|it| it.note.clone()).expect("it is said");
    assert_eq!(
        said,
        "lead:1 of kranich.example became anna's on Thu 15 Oct 2026, 40 days ago"
    );
}

/// What the CRM says of since when counts more than when we heard of it; the same is kept however often it is told.
#[test]
fn since_when_is_as_the_history_says() {
    let staffing = asking();
    let model = &staffing.model;
    let mut record = lead("1", at("2026-10-01T09:00:00Z"))
        .text("email", "jo@kranich.example")
        .value("owner", Value::Person(person("anna")))
        .build();
    record.modified = at("2026-11-20T09:00:00Z");
    let key = kept_at(model, &record).expect("a domain");
    assert_eq!(key, Key::latest(&source(), "kranich.example"));
    let kept = |before: Option<&LatestState>, record: &Record| {
        with_record(model, before, (&key, None, record), at(NOW))
    };
    let first = kept(None, &record).expect("it is kept");
    assert_eq!(first.kept["owner"][0].at, record.modified);
    assert_eq!(kept(Some(&first), &record), None, "once");

    let since = at("2026-10-02T09:00:00Z");
    let change = crm::Change {
        value: Some(Value::Person(person("anna"))),
        at: since,
        by: crm::Author::Unknown,
    };
    record.history.insert("owner".to_owned(), vec![change]);
    let told = kept(None, &record).expect("it is kept");
    assert_eq!(told.kept["owner"][0].at, since);
    let ends = expires(model, &told).expect("it ends");
    assert_eq!(ends, at("2027-01-30T09:00:00Z"), "after 120 days");
    let other = after_anna(NOW);
    let found = of_others(model, &other, Some(&told), at(NOW));
    assert_eq!(found["former_owner"].person, person("anna"));
    assert!(of_others(model, &record, Some(&told), at(NOW)).is_empty());
}
