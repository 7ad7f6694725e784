//! lead → owner, by the example company's model.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData, Verdict,
    state::{PoolState, RoutingStatus},
};
use crm::{PersonId, Record, RecordKind, Value};
use decisions::{
    Staffing,
    routing::{Chosen, Routed, Todo, arrived, consider, keep, route},
};
use jiff::Timestamp;
use testkit::{at, example_model, example_staffing, example_with, lead, staffing};

/// A Monday morning at which everyone in Berlin works.
fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

/// So long ago that nothing is waited for any more.
fn an_hour_before() -> Timestamp {
    at("2026-11-23T08:00:00Z")
}

fn routed(record: &Record, now: Timestamp) -> Routed {
    routed_by(&example_staffing(), record, now)
}

fn routed_by(rules: &Staffing, record: &Record, now: Timestamp) -> Routed {
    match consider(rules, record, None, now) {
        Todo::Route(choice) => {
            route(rules, record, choice, None, &PoolState::default(), now).expect("a route")
        }
        Todo::Keep(owner) => keep(record, None, owner, now),
        Todo::Nothing | Todo::Arrived | Todo::Wait(_) => panic!("nothing to do"),
    }
}

fn owner(routed: &Routed) -> Option<&str> {
    routed.routing.owner.as_ref().map(PersonId::as_str)
}

#[test]
fn a_german_software_company_goes_to_the_german_pool() {
    let record = lead("1", monday()).account("DE", "software", 300).build();
    let routed = routed(&record, monday());
    assert_eq!(routed.routing.rule, "dach");
    assert_eq!(
        owner(&routed),
        Some("anna"),
        "the heaviest weight is owed the most at first"
    );
    let names: Vec<_> = routed.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(
        names,
        ["record.routed", "crm_write.requested", "notice.requested"]
    );
    assert_eq!(
        routed.draft.outcome,
        "routed to anna from pool dach_account_executives by rule dach"
    );
    assert!(!routed.routing.out_of_turn, "it cost Anna a turn");
}

/// At night nobody works, and by this pool Jonas is asked: it is nobody's turn.
#[test]
fn whom_a_pool_asks_in_its_place_is_out_of_turn() {
    let rules = staffing(example_with(
        "people.yaml",
        "nobody_working: next_to_start",
        "nobody_working: ask jonas",
    ));
    let record = lead("1", monday()).account("DE", "software", 300).build();
    let routed = routed_by(&rules, &record, at("2026-11-22T22:00:00Z"));
    assert_eq!((owner(&routed), &routed.pool), (Some("jonas"), &None));
    assert!(routed.routing.out_of_turn);
}

/// Without the last rule a lead may find none: it waits, and says so.
#[test]
fn a_lead_that_no_rule_gives_to_anybody_waits_and_says_so() {
    let mut model = example_model();
    let rules = model.routing.get_mut(&RecordKind::Lead).expect("rules");
    rules.retain(|rule| rule.rule != "everyone_else");
    let rules = staffing(model);
    let record = lead("1", an_hour_before()).build();
    let routed = routed_by(&rules, &record, monday());
    assert_eq!(
        (routed.routing.status, routed.routing.rule.as_str()),
        (RoutingStatus::Waiting, "none")
    );
    assert_eq!(routed.draft.outcome, "waiting: no rule names anybody");
    let rule = "none".to_owned();
    assert_eq!(routed.draft.emits, [EventData::RecordWaiting { rule }]);
    let again = consider(&rules, &record, Some(&routed.routing), monday());
    assert_eq!(again, Todo::Nothing, "it is said once");
    let known = lead("1", an_hour_before())
        .account("DE", "software", 300)
        .build();
    let again = consider(&rules, &known, Some(&routed.routing), monday());
    assert!(matches!(again, Todo::Route(_)), "{again:?}");
}

#[test]
fn the_reasons_name_every_rule_that_was_weighed_and_what_spoke_against_it() {
    let record = lead("1", monday()).account("US", "software", 300).build();
    let routed = routed(&record, monday());
    let reasons: Vec<_> = routed
        .draft
        .reasons
        .iter()
        .map(|it| (it.rule.as_str(), it.verdict))
        .collect();
    assert_eq!(
        reasons,
        [
            ("routing.lead.existing_customer", Verdict::NotHeld),
            ("routing.lead.private_mail", Verdict::Unknown),
            ("routing.lead.dach", Verdict::NotHeld),
            ("routing.lead.north_america", Verdict::Held),
            ("pools.america_account_executives", Verdict::Held),
        ]
    );
    let against = &routed.draft.reasons[2].findings;
    assert_eq!(against.len(), 1, "only what spoke against it: {against:?}");
    assert_eq!(against[0].field, "lead.territory");
    assert_eq!(against[0].needed, "dach");
}

#[test]
fn a_private_address_is_left_and_recycled() {
    let record = lead("1", an_hour_before())
        .text("email", "someone@GMAIL.com")
        .build();
    let routed = routed(&record, monday());
    assert_eq!(
        (routed.routing.rule.as_str(), owner(&routed)),
        ("private_mail", None)
    );
    assert_eq!(
        routed.draft.outcome,
        "left without an owner by rule private_mail"
    );
    let names: Vec<_> = routed.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(
        names,
        ["crm_write.requested"],
        "the stage only; nobody is told"
    );
}

#[test]
fn what_cannot_be_known_is_passed_over_and_someone_still_gets_the_lead() {
    let record = lead("1", an_hour_before()).build();
    let routed = routed(&record, monday());
    assert_eq!(
        (routed.routing.rule.as_str(), owner(&routed)),
        ("everyone_else", Some("ines"))
    );
    let unknown = routed
        .draft
        .reasons
        .iter()
        .filter(|it| it.verdict == Verdict::Unknown)
        .count();
    assert_eq!(
        unknown, 1,
        "an address that is not known: {:?}",
        routed.draft.reasons
    );
}

#[test]
fn an_account_owner_keeps_the_account() {
    let mut record = lead("1", monday()).account("DE", "software", 300).build();
    let fields = &mut record.account.as_mut().expect("an account").fields;
    fields.insert("owner".to_owned(), Value::Person(PersonId::new("maya")));
    let routed = routed(&record, monday());
    assert_eq!(
        (routed.routing.rule.as_str(), owner(&routed)),
        ("existing_customer", Some("maya"))
    );
    assert_eq!(
        routed.draft.outcome,
        "routed to maya by rule existing_customer"
    );
    assert_eq!(routed.pool, None);
}

#[test]
fn an_account_owner_whom_the_model_does_not_know_loses_nothing() {
    let mut record = lead("1", monday()).account("DE", "software", 300).build();
    let fields = &mut record.account.as_mut().expect("an account").fields;
    fields.insert("owner".to_owned(), Value::Person(testkit::stranger("999")));
    let routed = routed(&record, monday());
    assert_eq!(routed.routing.rule, "dach");
    let note = routed.draft.reasons[0].note.as_deref().unwrap_or_default();
    assert!(note.contains("people.yaml"), "{note}");
}

#[test]
fn an_owner_set_by_hand_is_kept() {
    let record = lead("1", monday()).owner("ben").build();
    let routed = routed(&record, monday());
    assert_eq!(
        (routed.routing.rule.as_str(), owner(&routed)),
        ("already_owned", Some("ben"))
    );
    let names: Vec<_> = routed.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["record.routed"], "nothing is written into the CRM");
    assert_eq!(routed.draft.outcome, "ben owns it: set in the CRM by hand");
    let reason = &routed.draft.reasons[0];
    assert_eq!(
        (reason.rule.as_str(), reason.note.as_deref()),
        (
            "routing.lead.already_owned",
            Some("the CRM names ben as the owner")
        )
    );
}

/// A copy that shows the owner says that our write arrived: nobody is waited for any more.
#[test]
fn that_our_owner_has_arrived_is_said_and_nothing_follows() {
    let record = lead("1", monday()).account("DE", "software", 300).build();
    let mut before = routed(&record, monday()).routing;
    before.taken_from.insert(PersonId::new("ben"));
    let arrived = arrived(&before);
    assert_eq!(arrived.draft.outcome, "the CRM shows anna as the owner");
    assert!(arrived.draft.emits.is_empty() && arrived.pool.is_none());
    assert!(arrived.routing.taken_from.is_empty());
    before.taken_from.clear();
    assert_eq!(arrived.routing, before, "nothing else changes");
}

#[test]
fn a_routed_lead_is_not_routed_again() {
    let rules = example_staffing();
    let record = lead("1", monday()).account("DE", "software", 300).build();
    let first = routed(&record, monday());
    assert_eq!(
        consider(&rules, &record, Some(&first.routing), monday()),
        Todo::Nothing
    );
    let echo = lead("1", monday())
        .account("DE", "software", 300)
        .owner("anna")
        .build();
    assert_eq!(
        consider(&rules, &echo, Some(&first.routing), monday()),
        Todo::Nothing
    );
    let by_hand = lead("1", monday()).owner("ben").build();
    assert_eq!(
        consider(&rules, &by_hand, Some(&first.routing), monday()),
        Todo::Keep(PersonId::new("ben"))
    );
}

#[test]
fn a_lead_that_was_left_is_judged_again_when_it_changes() {
    let rules = example_staffing();
    let private = lead("1", an_hour_before())
        .text("email", "a@gmail.com")
        .build();
    let left = routed(&private, monday());
    assert_eq!(
        consider(&rules, &private, Some(&left.routing), monday()),
        Todo::Nothing
    );
    let known = lead("1", an_hour_before())
        .text("email", "a@firm.example")
        .account("DE", "software", 300)
        .build();
    match consider(&rules, &known, Some(&left.routing), monday()) {
        Todo::Route(choice) => assert_eq!(
            choice.chosen,
            Chosen::Pool("dach_account_executives".to_owned())
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn personal_values_stay_out_of_the_audit() {
    let record = lead("1", monday())
        .text("email", "lena@firm.example")
        .account("DE", "software", 300)
        .build();
    let routed = routed(&record, monday());
    let said = format!("{:?}", routed.draft);
    assert!(!said.contains("lena@"), "{said}");
}
