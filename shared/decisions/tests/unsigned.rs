//! Contacts of which the CRM does not say who made them, and those that strangers made.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use contracts::state::{ClockStatus, ClocksState};
use crm::{Contacted, PersonId, Record};
use decisions::{
    Staffing,
    clocks::{Clocked, Trigger, decide},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_staffing, example_with, lead, staffing, stranger};

const CLOCK: &str = "first_response";

fn monday() -> Timestamp {
    at("2026-11-23T09:00:00Z")
}

fn record() -> Record {
    lead("1", monday()).account("DE", "software", 300).build()
}

/// The example company, where a contact of anybody meets the clock.
fn anybody() -> Staffing {
    let owners = "meet:  { upon: activity.logged, by: owner }             # times";
    let anybodys = "meet:  { upon: activity.logged }             # times";
    staffing(example_with("processes.yaml", owners, anybodys))
}

fn running(staffing: &Staffing) -> ClocksState {
    let owner = PersonId::new("anna");
    let routed = Trigger::Routed {
        owner: &owner,
        at: monday(),
    };
    decide(staffing, &record(), None, None, routed)
        .expect("a clock")
        .clocks
}

fn contacted(staffing: &Staffing, by: Option<PersonId>) -> Option<Clocked> {
    let at = monday() + SignedDuration::from_mins(10);
    let contact = Contacted { at, by };
    let changed = Trigger::Changed {
        modified: at,
        contact: Some(&contact),
        replied: None,
        fields: &[],
        sequence: 0,
    };
    decide(staffing, &record(), None, Some(&running(staffing)), changed)
}

fn meets(staffing: &Staffing, by: Option<PersonId>) -> bool {
    contacted(staffing, by)
        .is_some_and(|clocked| clocked.clocks.clocks[CLOCK].status == ClockStatus::MetInTime)
}

#[test]
fn a_clock_that_anybody_may_meet_is_met_by_anybody() {
    let rules = anybody();
    for by in [
        None,
        Some(PersonId::new("anna")),
        Some(PersonId::new("ben")),
        Some(stranger("999")),
    ] {
        assert!(meets(&rules, by.clone()), "{by:?}");
    }
}

#[test]
fn a_clock_of_its_owner_is_not_met_by_others() {
    let rules = example_staffing();
    assert!(meets(&rules, Some(PersonId::new("anna"))));
    assert!(!meets(&rules, Some(PersonId::new("ben"))));
    assert!(!meets(&rules, Some(stranger("999"))));
}

/// Where the CRM does not say who it was, it counts (`model::Meet::by_owner`): a portal that never
/// says so would have no clock met. Nobody is named for it, and no stranger is made of nobody.
#[test]
fn where_the_crm_does_not_say_who_it_was_it_counts_and_nobody_is_named() {
    let rules = example_staffing();
    let met = contacted(&rules, None).expect("met");
    assert_eq!(met.clocks.clocks[CLOCK].status, ClockStatus::MetInTime);
    assert_eq!(met.clocks.clocks[CLOCK].owner, PersonId::new("anna"));
    let note = met.draft.reasons[0].note.clone().expect("a note");
    assert!(note.starts_with("a contact was logged "), "{note}");
    let said = format!("{:?}", met.draft);
    assert!(!said.contains("hubspot:"), "{said}");
}

#[test]
fn what_a_stranger_did_is_said_to_be_theirs() {
    let met = contacted(&anybody(), Some(stranger("999"))).expect("met");
    let note = met.draft.reasons[0].note.clone().expect("a note");
    assert!(note.starts_with("hubspot:999 logged a contact "), "{note}");
}
