//! A deviation that is excepted comes back when that is over, and its exception is used once.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    EventData,
    state::{DeviationsState, Exception, ExceptionsState, GateState},
};
use crm::{PersonId, Record, Value};
use decisions::{
    Standing,
    deviations::{Watched, watch},
};
use jiff::{SignedDuration, Timestamp};
use testkit::{at, example_staffing, opportunity};

const NOW: &str = "2026-11-23T09:00:00Z";
const PASSED: Option<&str> = Some("2026-10-30");
const AHEAD: Option<&str> = Some("2027-01-29");
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A deal that deviates if it was to be closed in October, and not if in January; without a date nobody knows.
fn deal(closes: Option<&str>) -> Record {
    let deal = opportunity("5", at("2026-10-01T09:00:00Z")).owner("anna");
    let deal = deal.stage("discovery", at("2026-11-20T09:00:00Z"));
    let deal = match closes {
        Some(date) => deal.value("close_date", Value::Date(date.parse().unwrap())),
        None => deal,
    };
    deal.account("DE", "software", 1200).build()
}

fn exceptions() -> ExceptionsState {
    let exception = Exception {
        by: PersonId::new("carla"),
        owner: Some(PersonId::new("anna")),
        criteria: BTreeSet::new(),
        deviations: BTreeSet::from(["close_date_passed".to_owned()]),
        from: at(NOW),
        until: at(NOW) + DAY * 10,
        reason: None,
    };
    ExceptionsState {
        granted: BTreeMap::from([("3f9a2c71".to_owned(), exception)]),
    }
}

fn look(record: &Record, before: Option<&DeviationsState>, now: Timestamp) -> Option<Watched> {
    look_beside(&exceptions(), record, before, now)
}

fn look_beside(
    exceptions: &ExceptionsState,
    record: &Record,
    before: Option<&DeviationsState>,
    now: Timestamp,
) -> Option<Watched> {
    let gate = GateState {
        stage: "discovery".to_owned(),
        since: at("2026-11-20T09:00:00Z"),
        turned_back: None,
        unknown: false,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    let standing = Standing {
        exceptions: Some(exceptions),
        ..Standing::default()
    };
    watch(
        &example_staffing(),
        record,
        Some(&gate),
        standing,
        before,
        now,
    )
}

fn open(watched: &Watched) -> bool {
    watched.deviations.open.contains_key("close_date_passed")
}

fn uses(watched: &Watched) -> usize {
    let emits = watched.draft.emits.iter();
    emits
        .filter(|it| matches!(it, EventData::ExceptionUsed { .. }))
        .count()
}

#[test]
fn what_cannot_be_judged_when_its_exception_ends_is_open_again() {
    let until = at(NOW) + DAY * 10;
    let began = look(&deal(PASSED), None, at(NOW)).expect("a decision");
    assert!(!open(&began) && uses(&began) == 1);
    let unknown = deal(None);
    let kept = look(&unknown, Some(&began.deviations), at(NOW) + DAY);
    let kept = kept.map_or(began.deviations, |it| it.deviations);
    assert!(kept.excepted.contains_key("close_date_passed"), "{kept:?}");
    let over = look(&unknown, Some(&kept), until).expect("a decision");
    assert!(open(&over), "{}", over.draft.outcome);
    assert!(over.deviations.excepted.is_empty() && over.deviations.said.is_empty());
}

#[test]
fn what_was_open_and_cannot_be_judged_is_open_again_too() {
    let none = ExceptionsState::default();
    let opened = look_beside(&none, &deal(PASSED), None, at(NOW)).expect("a decision");
    assert!(open(&opened));
    let unknown = deal(None);
    let closed = look(&unknown, Some(&opened.deviations), at(NOW)).expect("a decision");
    assert!(!open(&closed) && uses(&closed) == 1);
    let again = look(&unknown, Some(&closed.deviations), at(NOW) + DAY);
    assert!(again.is_none_or(|it| !open(&it) && uses(&it) == 0));
    let ended = look_beside(&none, &unknown, Some(&closed.deviations), at(NOW) + DAY);
    assert!(open(&ended.expect("a decision")));
}

#[test]
fn what_was_known_not_to_deviate_does_not_open_when_its_exception_ends() {
    let until = at(NOW) + DAY * 10;
    let began = look(&deal(PASSED), None, at(NOW)).expect("a decision");
    let fits = look(&deal(AHEAD), Some(&began.deviations), at(NOW) + DAY).expect("a decision");
    let over = look(&deal(None), Some(&fits.deviations), until).expect("a decision");
    assert!(!open(&over), "{}", over.draft.outcome);
}

#[test]
fn an_exception_is_said_to_be_used_once_however_often_the_condition_comes_and_goes() {
    let began = look(&deal(PASSED), None, at(NOW)).expect("a decision");
    assert_eq!(uses(&began), 1);
    let fits = look(&deal(AHEAD), Some(&began.deviations), at(NOW) + DAY).expect("a decision");
    assert!(fits.deviations.excepted.is_empty());
    let again = look(&deal(PASSED), Some(&fits.deviations), at(NOW) + DAY * 2).expect("a decision");
    assert!(!open(&again), "{}", again.draft.outcome);
    assert_eq!(uses(&again), 0);
}
