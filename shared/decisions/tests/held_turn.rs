//! A turn that is used only once something comes of the record.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::{
    Verdict,
    state::{PoolState, RoutingState},
};
use crm::{PersonId, Record};
use decisions::{
    Staffing,
    routing::{Routed, Todo, consider, held_over, hold, route},
};
use jiff::Timestamp;
use testkit::{at, example_with, lead, staffing};

const MONDAY: &str = "2026-11-23T09:00:00Z";
/// Ten days later.
const OVER: &str = "2026-12-03T09:00:00Z";

fn holding() -> Staffing {
    let before = "    nobody_working: next_to_start";
    let turn = "    turn: { used_when: { lead.stage: [accepted, converted] }, held_for: 10d }\n";
    staffing(example_with(
        "people.yaml",
        before,
        &format!("{turn}{before}"),
    ))
}

fn german(id: &str) -> Record {
    let built = lead(id, at(MONDAY)).account("DE", "software", 300);
    built.text("email", "lena@kranich.example").build()
}

fn routed(staffing: &Staffing, turns: &PoolState, now: Timestamp) -> (RoutingState, PoolState) {
    let record = german("1");
    let Todo::Route(choice) = consider(staffing, &record, None, now) else {
        panic!("it is not routed");
    };
    let mut routed = route(staffing, &record, choice, None, turns, now).expect("a route");
    hold(staffing, None, &mut routed.routing);
    let (_, turns) = routed.pool.expect("a turn");
    (routed.routing, turns)
}

fn over(staffing: &Staffing, record: &Record, (held, turns): &(RoutingState, PoolState)) -> Routed {
    let over = held_over(staffing, record, held, turns, at(OVER));
    over.expect("in range").expect("it is over")
}

fn lag(turns: &PoolState, person: &str) -> i64 {
    let share = turns.members.get(&PersonId::new(person));
    share.map_or(0, |share| share.lag)
}

#[test]
fn a_turn_counts_as_taken_until_its_time_is_over() {
    let staffing = holding();
    let given = routed(&staffing, &PoolState::default(), at(MONDAY));
    assert_eq!(given.0.owner, Some(PersonId::new("anna")));
    assert_eq!(given.0.held_until, Some(at(OVER)));
    assert_eq!(given.0.next(), Some(at(OVER)));
    // Whoever comes next does not go to anna too.
    let next = routed(&staffing, &given.1, at(MONDAY));
    assert_ne!(next.0.owner, given.0.owner);
    let early = held_over(&staffing, &german("1"), &given.0, &given.1, at(MONDAY));
    assert_eq!(early.expect("in range"), None);
}

#[test]
fn it_is_given_back_if_nothing_has_come_and_the_lead_stays() {
    let staffing = holding();
    let given = routed(&staffing, &PoolState::default(), at(MONDAY));
    let over = over(&staffing, &german("1"), &given);
    assert_eq!(
        over.draft.outcome,
        "the turn of anna in pool dach_account_executives is given back"
    );
    assert_eq!(over.draft.reasons[0].verdict, Verdict::NotHeld);
    assert!(over.draft.emits.is_empty());
    let after = over.routing;
    assert_eq!(after.owner, given.0.owner);
    assert_eq!(after.held_until, None);
    // It costs nobody's turn any more, so nothing is given back twice.
    assert!(after.out_of_turn);
    let (_, turns) = over.pool.expect("a rotation");
    assert!(lag(&turns, "anna") > lag(&given.1, "anna"));
    let sum: i64 = turns.members.values().map(|share| share.lag).sum();
    assert_eq!(sum, 0);
}

#[test]
fn it_is_used_if_what_uses_it_has_come() {
    let staffing = holding();
    let given = routed(&staffing, &PoolState::default(), at(MONDAY));
    let mut met = german("1");
    let accepted = crm::Value::Text("accepted".to_owned());
    met.fields.insert("stage".to_owned(), accepted);
    let used = over(&staffing, &met, &given);
    assert_eq!(
        used.draft.outcome,
        "the turn of anna in pool dach_account_executives is used"
    );
    assert_eq!(used.pool, None);
    assert!(!used.routing.out_of_turn);
    assert_eq!(used.routing.held_until, None);
}

#[test]
fn a_new_owner_holds_it_anew_and_a_pool_without_such_terms_holds_none() {
    let staffing = holding();
    let given = routed(&staffing, &PoolState::default(), at(MONDAY));
    let mut same = RoutingState {
        at: at(OVER),
        held_until: None,
        ..given.0.clone()
    };
    hold(&staffing, Some(&given.0), &mut same);
    assert_eq!(same.held_until, None, "it cost nobody another turn");
    let mut passed_on = RoutingState {
        owner: Some(PersonId::new("ben")),
        at: at("2026-11-25T09:00:00Z"),
        ..given.0.clone()
    };
    hold(&staffing, Some(&given.0), &mut passed_on);
    assert_eq!(passed_on.held_until, Some(at("2026-12-05T09:00:00Z")));
    let mut by_hand = RoutingState {
        out_of_turn: true,
        pool: None,
        ..given.0.clone()
    };
    hold(&staffing, Some(&given.0), &mut by_hand);
    assert_eq!(by_hand.held_until, None);
}
