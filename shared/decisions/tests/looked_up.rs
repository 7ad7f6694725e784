//! Who gets a record is looked up in a table or in pairs.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{Reason, state::PoolState};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, route},
};
use jiff::Timestamp;
use model_compiler::Texts;
use testkit::{at, example_texts, lead, model_of, staffing};

const NAMED: &str = "Domain;Region;Account owner
www.Kranich.example;north;anna
reiher.example;south;BEN@northwind.example
";

/// Monday, ten in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// The example with two rules more above the others, and what they need.
fn texts() -> Texts {
    let mut texts = example_texts();
    for (file, before, insert) in [
        (
            "strategy.yaml",
            "lists: ",
            "tables: { named_owner: { file: lists/named.csv, from: Domain, to: Account owner } }\n\n",
        ),
        (
            "strategy.yaml",
            "  free_mail: ",
            "  strategic: { file: lists/named.csv, column: Domain }\n",
        ),
        (
            "technology.yaml",
            "    source:  { type: text,   hubspot: hs_analytics_source }",
            "    sdr:     { type: person, hubspot: sdr }\n",
        ),
        (
            "people.yaml",
            "queues:  ",
            "pairs: { outbound: { ines: anna, tom: ben } }\n\n",
        ),
        (
            "processes.yaml",
            "    - rule: private_mail",
            "    - rule: named
      when: { lead.email: { present: yes } }
      to: { table: named_owner, by: lead.email_domain, no_row: next_rule }
    - rule: outbound
      when: { lead.sdr: { present: yes } }
      to: { partner_of: lead.sdr, in: outbound, none: next_rule }
    - { rule: strategic, when: { lead.email_domain: { in_list: strategic } }, to: jonas }
",
        ),
    ] {
        let text = texts.get(file).expect("a file");
        assert!(text.contains(before), "{file} has no {before}");
        let text = text.replacen(before, &format!("{insert}{before}"), 1);
        texts.insert(file, text.as_bytes());
    }
    texts.insert("lists/named.csv", NAMED.as_bytes());
    texts
}

fn looking_up() -> Staffing {
    staffing(model_of(&texts()))
}

fn from(email: &str) -> Record {
    let built = lead("1", monday()).account("DE", "software", 300);
    built.text("email", email).build()
}

fn routed(staffing: &Staffing, record: &Record) -> Routed {
    let Todo::Route(choice) = consider(staffing, record, None, monday()) else {
        panic!("it is not routed");
    };
    let rotation = PoolState::default();
    route(staffing, record, choice, None, &rotation, monday()).expect("a route")
}

fn note(routed: &Routed, rule: &str) -> String {
    let of_rule = |reason: &&Reason| reason.rule == format!("routing.lead.{rule}");
    let reason = routed.draft.reasons.iter().find(of_rule);
    reason.expect(rule).note.clone().unwrap_or_default()
}

#[test]
fn a_table_gives_it_to_the_person_of_its_row() {
    let staffing = looking_up();
    let given = routed(&staffing, &from("lena@kranich.example"));
    assert_eq!(given.draft.outcome, "routed to anna by rule named");
    assert_eq!(
        note(&given, "named"),
        "table named_owner says anna for lead.email_domain"
    );
    let by_mail_address = routed(&staffing, &from("lena@Reiher.example"));
    assert_eq!(by_mail_address.draft.outcome, "routed to ben by rule named");
}

#[test]
fn without_a_row_the_next_rule_decides_and_why_is_said() {
    let staffing = looking_up();
    let other = routed(&staffing, &from("lena@storch.example"));
    assert_eq!(other.routing.rule, "dach");
    assert_eq!(
        note(&other, "named"),
        "table named_owner has no row for lead.email_domain; the next rule is asked"
    );
    let broken = routed(&staffing, &from("no mail address"));
    assert_eq!(
        note(&broken, "named"),
        "lead.email_domain has no value; the next rule is asked"
    );
}

#[test]
fn pairs_give_it_to_the_partner() {
    let staffing = looking_up();
    let with_sdr = |person: &str| {
        let mut record = from("lena@storch.example");
        let value = Value::Person(PersonId::new(person));
        record.fields.insert("sdr".to_owned(), value);
        record
    };
    let given = routed(&staffing, &with_sdr("tom"));
    assert_eq!(given.draft.outcome, "routed to ben by rule outbound");
    assert_eq!(
        note(&given, "outbound"),
        "ben is the partner of the person in lead.sdr, in the pairs outbound"
    );
    let alone = routed(&staffing, &with_sdr("anna"));
    assert_eq!(alone.routing.rule, "dach");
    assert_eq!(
        note(&alone, "outbound"),
        "nobody is paired with the person in lead.sdr, in the pairs outbound; the next rule is asked"
    );
}

#[test]
fn a_list_in_a_file_is_a_list() {
    let model = model_of(&texts());
    let strategic: Vec<String> = model.lists["strategic"]
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(strategic, ["kranich.example", "reiher.example"]);
}

#[test]
fn what_only_a_table_catches_falls_through_where_it_has_no_row() {
    let mut texts = texts();
    let text = texts.get("processes.yaml").expect("a file");
    let last = "    - rule: everyone_else
      when: otherwise             # also when a condition above is unknown
      to: pool sales_development
";
    assert!(text.contains(last));
    let by_table = "    - rule: everyone_else
      when: otherwise
      to: { table: named_owner, by: lead.email_domain, no_row: next_rule }
";
    let text = text.replacen(last, by_table, 1);
    texts.insert("processes.yaml", text.as_bytes());
    let problems = model_compiler::check(&texts).problems;
    let found: Vec<&str> = problems.iter().map(|it| it.check).collect();
    assert!(found.contains(&"uncaught-record"), "{found:?}");
}

#[test]
fn a_second_rule_that_asks_the_same_table_of_the_same_field_never_decides() {
    let mut texts = texts();
    let text = texts.get("processes.yaml").expect("a file");
    let before = "    - rule: outbound\n";
    let twice = "    - rule: named_again
      when: { lead.email: { present: yes } }
      to: { table: named_owner, by: lead.email_domain, no_row: next_rule }
";
    let text = text.replacen(before, &format!("{twice}{before}"), 1);
    texts.insert("processes.yaml", text.as_bytes());
    let problems = model_compiler::check(&texts).problems;
    let found: Vec<(&str, u32)> = problems
        .iter()
        .map(|it| (it.check, it.span.map_or(0, |span| span.line)))
        .collect();
    assert_eq!(found.len(), 1, "{problems:?}");
    assert_eq!(found[0].0, "dead-entry");
}
