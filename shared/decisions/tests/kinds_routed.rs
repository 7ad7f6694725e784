//! Opportunities and accounts are routed like leads, and start the clocks that say so.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{CrmWrite, EventData, state::PoolState};
use crm::{PersonId, Record, RecordKind, Value};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, route},
};
use jiff::Timestamp;
use testkit::{at, example_texts, opportunity, staffing};

/// Monday, ten in Berlin.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

const RULES: &str = "
  opportunity:
    - rule: their_own
      when: { account.owner: { present: yes } }
      to: account.owner
    - rule: dach_deals
      when: { account.territory: dach }
      to: pool dach_account_executives
    - rule: other_deals
      when: otherwise
      to: olga
  account:
    - rule: dach_accounts
      when: { account.territory: dach }
      to: pool dach_account_executives
    - rule: other_accounts
      when: otherwise
      to: nobody
";
const CLOCK: &str = "
  first_talk:
    record: opportunity
    start: { upon: opportunity.routed }
    meet:  { upon: activity.logged }
    within: 4 business hours
    calendar: owner
    when_late: [{ tell: owner }, { after: 2 business hours, reassign: same_pool, at_most: 2, finally: ask manager }]";

/// The example with rules for opportunities and accounts, and a clock for the former.
fn routing_all() -> Staffing {
    let text = example_texts();
    let text = text.get("processes.yaml").expect("a file");
    let (_, own) = text
        .split_once("  opportunity:       ")
        .expect("rules for opportunities");
    let (own, _) = own.split_once("\nclocks:").expect("a section");
    let (_, reroute) = own.split_once("\nreroute:").expect("a section");
    let own = format!("  opportunity:       {own}\nclocks:");
    let all = format!("{RULES}\nreroute:{reroute}\nclocks:{CLOCK}");
    staffing(testkit::example_with("processes.yaml", &own, &all))
}

fn routed(staffing: &Staffing, record: &Record) -> Routed {
    let Todo::Route(choice) = consider(staffing, record, None, monday()) else {
        panic!("it is not routed");
    };
    let rotation = PoolState::default();
    route(staffing, record, choice, None, &rotation, monday()).expect("a route")
}

fn account(country: &str) -> Record {
    let mut record = opportunity("1", monday())
        .account(country, "software", 300)
        .build();
    record.id = testkit::record_id("account:1");
    record.fields = record.account.take().expect("an account").fields;
    record
}

#[test]
fn an_opportunity_goes_to_its_accounts_owner_or_takes_turns() {
    let staffing = routing_all();
    let german = opportunity("1", monday())
        .account("DE", "software", 300)
        .build();
    let given = routed(&staffing, &german);
    assert_eq!(
        given.draft.outcome,
        "routed to anna from pool dach_account_executives by rule dach_deals"
    );
    let mut theirs = german;
    let owner = Value::Person(PersonId::new("maya"));
    let of = theirs.account.as_mut().expect("an account");
    of.fields.insert("owner".to_owned(), owner);
    let given = routed(&staffing, &theirs);
    assert_eq!(given.draft.outcome, "routed to maya by rule their_own");
    let kinds: Vec<&str> = given.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(
        kinds,
        ["record.routed", "crm_write.requested", "notice.requested"]
    );
}

#[test]
fn it_is_told_until_when_the_clock_that_this_starts_runs() {
    let staffing = routing_all();
    let german = opportunity("1", monday())
        .account("DE", "software", 300)
        .build();
    let given = routed(&staffing, &german);
    let by = given.draft.emits.iter().find_map(|event| match event {
        EventData::NoticeRequested {
            notice: contracts::Notice::LeadAssigned { respond_by, .. },
            ..
        } => *respond_by,
        _ => None,
    });
    // With the break at noon.
    assert_eq!(by, Some(at("2026-11-23T14:00:00Z")));
}

#[test]
fn an_account_is_judged_by_its_own_fields() {
    let staffing = routing_all();
    let german = account("DE");
    assert_eq!(german.id.kind, RecordKind::Account);
    let given = routed(&staffing, &german);
    assert_eq!(given.routing.rule, "dach_accounts");
    let written = given.draft.emits.iter().any(|event| {
        matches!(
            event,
            EventData::CrmWriteRequested {
                write: CrmWrite::Owner { .. }
            }
        )
    });
    assert!(written);
    assert_eq!(
        routed(&staffing, &account("JP")).routing.rule,
        "other_accounts"
    );
}

/// It takes no room of whom open leads fill: only leads are counted.
#[test]
fn only_leads_are_in_hand() {
    let staffing = routing_all();
    let german = opportunity("1", monday())
        .account("DE", "software", 300)
        .build();
    let mut given = routed(&staffing, &german);
    let loads =
        decisions::routing::hand_over(&staffing, &german, None, &mut given.routing, monday());
    assert!(loads.expect("loads").is_empty());
    assert_eq!(given.routing.counted, None);
}

/// The example, with accounts that are routed to whoever cares for them beside their owner.
fn into_a_second_field() -> Staffing {
    let mut texts = example_texts();
    for (file, before, insert) in [
        (
            "technology.yaml",
            "  lead:\n    email:",
            "    csm:       { type: person,  hubspot: csm }\n",
        ),
        (
            "processes.yaml",
            "  opportunity:                    # or",
            "  account:
    - rule: expanded
      when: { account.employees: { at_least: 1000 }, account.owner: { present: yes } }
      to: pool sales_development
      into: account.csm
    - { rule: others, when: otherwise, to: nobody, into: account.csm }
",
        ),
    ] {
        let text = texts.get(file).expect("a file");
        assert!(text.contains(before), "{file} has no {before}");
        let text = text.replacen(before, &format!("{insert}{before}"), 1);
        texts.insert(file, text.as_bytes());
    }
    staffing(testkit::model_of(&texts))
}

#[test]
fn an_account_is_given_into_a_second_field_and_keeps_its_owner() {
    let staffing = into_a_second_field();
    let mapping = staffing
        .model
        .object_mapping(&testkit::source(), RecordKind::Account)
        .expect("a mapping");
    assert_eq!(mapping.owner_in.as_deref(), Some("csm"));
    let mut large = opportunity("1", monday())
        .account("DE", "software", 3000)
        .build();
    large.id = testkit::record_id("account:1");
    large.fields = large.account.take().expect("an account").fields;
    large.owner_in = mapping.owner_in;
    let owner = Value::Person(PersonId::new("maya"));
    large.fields.insert("owner".to_owned(), owner);
    let given = routed(&staffing, &large);
    assert_eq!(
        given.draft.outcome,
        "routed to ines from pool sales_development by rule expanded"
    );
    let written = given.draft.emits.iter().find_map(|event| match event {
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner { to, only_if },
        } => Some((to.clone(), only_if.clone())),
        _ => None,
    });
    assert_eq!(written, Some((PersonId::new("ines"), None)));
    // The CRM shows it: nothing more is to be done, whoever owns the account.
    let ines = Value::Person(PersonId::new("ines"));
    large.fields.insert("csm".to_owned(), ines);
    let shown = consider(&staffing, &large, Some(&given.routing), monday());
    assert_eq!(shown, Todo::Nothing);
}
