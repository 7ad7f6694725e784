//! A queue that people take from.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    EventData,
    state::{PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Staffing,
    routing::{Routed, TAKEN, Todo, consider, handed_on, keep, route},
};
use jiff::Timestamp;
use testkit::{at, example_staffing, opportunity};

/// Monday, ten in Berlin.
const MONDAY: &str = "2026-11-23T09:00:00Z";

fn deal() -> Record {
    opportunity("1", at(MONDAY))
        .account("DE", "software", 300)
        .build()
}

fn routed(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Routed> {
    match consider(staffing, record, before, now) {
        Todo::Nothing => None,
        Todo::Route(choice) => {
            let rotation = PoolState::default();
            Some(route(staffing, record, choice, before, &rotation, now).expect("a route"))
        }
        Todo::Keep(owner) => {
            let kept = keep(record, before, owner, now);
            Some(handed_on(staffing, kept, before, &PoolState::default(), now).expect("kept"))
        }
        Todo::Arrived | Todo::Wait(_) => panic!("neither"),
    }
}

/// Into the queue, once.
fn queued(staffing: &Staffing) -> RoutingState {
    let given = routed(staffing, &deal(), None, at(MONDAY)).expect("a decision");
    assert_eq!(
        given.draft.outcome,
        "in queue deal_desk by rule unowned_deal"
    );
    let names: Vec<&str> = given.draft.emits.iter().map(EventData::name).collect();
    assert_eq!(names, ["record.waiting"]);
    let note = given
        .draft
        .reasons
        .last()
        .and_then(|reason| reason.note.clone());
    assert_eq!(
        note.as_deref(),
        Some(
            "whoever of revenue_ops becomes its owner in the CRM has it; if nobody has by Tue 24 Nov 10:00, \
             carla gets it"
        )
    );
    given.routing
}

#[test]
fn it_stays_there_until_somebody_takes_it_or_its_time_is_over() {
    let staffing = example_staffing();
    let before = queued(&staffing);
    assert_eq!(
        (before.status, before.owner.as_ref()),
        (RoutingStatus::Waiting, None)
    );
    assert_eq!(before.next(), Some(at("2026-11-24T09:00:00Z")));
    for now in [MONDAY, "2026-11-24T08:59:59Z"] {
        assert_eq!(routed(&staffing, &deal(), Some(&before), at(now)), None);
    }
    let over = routed(
        &staffing,
        &deal(),
        Some(&before),
        at("2026-11-24T09:00:00Z"),
    );
    let over = over.expect("a decision");
    assert_eq!(over.draft.outcome, "routed to carla by rule unowned_deal");
    assert_eq!(over.routing.waits, None);
    let said = over
        .draft
        .reasons
        .iter()
        .filter_map(|reason| reason.note.as_deref());
    let because = "nobody of revenue_ops has taken it since Mon 23 Nov 10:00, so carla is asked";
    assert!(said.into_iter().any(|note| note == because));
}

#[test]
fn whoever_becomes_its_owner_has_taken_it() {
    let staffing = example_staffing();
    let before = queued(&staffing);
    for (who, member) in [("olga", true), ("anna", false)] {
        let mut taken = deal();
        let owner = Value::Person(PersonId::new(who));
        taken.fields.insert("owner".to_owned(), owner);
        let given = routed(&staffing, &taken, Some(&before), at(MONDAY)).expect("a decision");
        assert_eq!(
            given.draft.outcome,
            format!("{who} has taken it from queue deal_desk")
        );
        assert_eq!(given.routing.rule, TAKEN);
        assert_eq!(given.routing.next(), None, "the deadline is gone");
        let notes = given
            .draft
            .reasons
            .iter()
            .filter_map(|reason| reason.note.as_deref());
        let another = notes
            .into_iter()
            .any(|note| note.contains("is not of revenue_ops"));
        assert_eq!(another, !member, "{who}");
    }
}

/// What changes meanwhile may make another rule hold: then it leaves the queue.
#[test]
fn another_rule_takes_it_out_of_the_queue() {
    let staffing = example_staffing();
    let before = queued(&staffing);
    let mut owned = deal();
    let account = owned.account.as_mut().expect("an account");
    let maya = Value::Person(PersonId::new("maya"));
    account.fields.insert("owner".to_owned(), maya);
    let given = routed(&staffing, &owned, Some(&before), at(MONDAY)).expect("a decision");
    assert_eq!(given.draft.outcome, "routed to maya by rule their_account");
}
