//! What becomes of a message that was not handled.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::time::Duration;

use contracts::{EventId, Function};
use engine::{
    BucketError, BusError, Clock, CrmError, CycleError, Delivery, Failure, LONGEST_WAIT,
    MOST_FAILURES, Next, Retries, SecretError, Table,
};
use jiff::{SignedDuration, Timestamp};
use store::{MemoryStore, StoreError};
use testkit::{TestClock, at};

const FIRST: &str = "2026-11-22T12:00:00Z";

fn outage(wait: Option<u64>) -> Failure {
    Failure::Everybody {
        why: "the CRM is away".to_owned(),
        wait: wait.map(Duration::from_secs),
    }
}

/// What follows when a message was received so often, so many seconds after the first time.
fn next(failure: &Failure, received: u32, seconds: i64) -> Next {
    faster(1, failure, received, seconds)
}

fn faster(times: u32, failure: &Failure, received: u32, seconds: i64) -> Next {
    let first = at(FIRST);
    let now = first + SignedDuration::from_secs(seconds);
    let delivery = Delivery { first, received };
    Retries::faster(times).next(failure, received, delivery, "an event", now)
}

fn seconds(next: &Next) -> f64 {
    match next {
        Next::Wait(wait) => wait.as_secs_f64(),
        Next::GiveUp(why) => panic!("given up: {why}"),
    }
}

/// Receives a message again and again until it is given up; how often, after how long, and why.
fn play(failure: &Failure) -> (u32, SignedDuration, String) {
    let mut now = at(FIRST);
    let delivery = |received| Delivery {
        first: at(FIRST),
        received,
    };
    for received in 1.. {
        match Retries::default().next(failure, received, delivery(received), "an event", now) {
            Next::Wait(wait) => now += SignedDuration::try_from(wait).unwrap(),
            Next::GiveUp(why) => return (received, now.duration_since(at(FIRST)), why),
        }
    }
    unreachable!("it is received without end")
}

#[test]
fn an_outage_is_waited_for_from_half_a_minute_to_a_quarter_of_an_hour() {
    for (received, most) in [
        (1, 30.0),
        (2, 60.0),
        (3, 120.0),
        (5, 480.0),
        (6, 900.0),
        (90, 900.0),
    ] {
        let wait = seconds(&next(&outage(None), received, 0));
        assert!(wait <= most && wait >= most * 0.75, "{received}: {wait}");
    }
}

#[test]
fn the_crm_is_left_alone_as_long_as_it_asks() {
    for asked in [10, 3_600, 11 * 3_600] {
        let wait = seconds(&next(&outage(Some(asked)), 1, 0));
        let asked = asked as f64;
        let most = (asked * 1.25).min(LONGEST_WAIT.as_secs_f64());
        assert!(wait >= asked && wait <= most, "{asked}: {wait}");
    }
    // Longer than a queue keeps a message out of sight.
    let wait = seconds(&next(&outage(Some(86_400)), 1, 0));
    assert!((wait - LONGEST_WAIT.as_secs_f64()).abs() < 1.0, "{wait}");
}

#[test]
fn an_outage_is_waited_for_a_day_and_then_the_reason_is_told() {
    for failure in [outage(None), outage(Some(1)), outage(Some(3_600))] {
        let (received, waited, why) = play(&failure);
        assert_eq!(waited.as_hours(), 24, "{why}");
        assert_eq!(why, "it waited for 24 hours: the CRM is away");
        assert!(received < 1_000, "the queue gives it up after {received}");
    }
}

#[test]
fn what_fails_by_itself_is_given_up_at_the_eighth_time() {
    let (received, waited, why) = play(&Failure::Itself("it is no record".to_owned()));
    assert_eq!(received, MOST_FAILURES);
    assert!(waited > SignedDuration::from_mins(30), "{waited:?}");
    assert!(why.ends_with("because it is no record"), "{why}");
}

#[test]
fn what_no_repetition_helps_is_given_up_at_once() {
    let why = "the message is not an event of the bus";
    let failure = Failure::Final(why.to_owned());
    assert_eq!(next(&failure, 1, 0), Next::GiveUp(why.to_owned()));
}

/// An hour's writes are used up, and thousands wait: none is received more often than a queue allows.
#[test]
fn a_turn_is_waited_for_three_days() {
    let failure = Failure::waits("used up", Duration::from_secs(1));
    assert!(seconds(&next(&failure, 1, 0)) <= 1.25);
    let (received, waited, _) = play(&failure);
    assert_eq!(waited.as_hours(), 72);
    assert!(received < 1_000, "the queue gives it up after {received}");
}

#[test]
fn everything_can_be_played_faster() {
    let usual = seconds(&next(&outage(Some(3_600)), 4, 0));
    let fast = seconds(&faster(30, &outage(Some(3_600)), 4, 0));
    assert!((usual / 30.0 - fast).abs() < 0.01, "{usual} {fast}");
    let day = 86_400 / 30;
    assert!(matches!(faster(30, &outage(None), 9, day), Next::GiveUp(_)));
    assert!(matches!(
        faster(30, &outage(None), 9, day - 60),
        Next::Wait(_)
    ));
    assert_eq!(Retries::faster(0), Retries::default());
}

#[test]
fn those_who_wait_for_the_same_come_back_one_by_one() {
    let first = at(FIRST);
    let delivery = Delivery { first, received: 6 };
    let waits: std::collections::BTreeSet<u64> = (0..40)
        .map(|number| {
            let what = EventId::of(&[&number.to_string()]);
            let what = what.as_str();
            let next = Retries::default().next(&outage(None), 0, delivery, what, first);
            seconds(&next) as u64
        })
        .collect();
    assert!(waits.len() > 20, "{waits:?}");
}

fn table() -> Table<MemoryStore, TestClock> {
    Table::new(MemoryStore::new(), TestClock::at(at(FIRST)))
}

async fn after(table: &Table<MemoryStore, TestClock>, event: &str, failure: &Failure) -> Next {
    let delivery = Delivery {
        first: at(FIRST),
        // However often it was received for other reasons.
        received: 700,
    };
    let event = EventId::of(&[event]);
    let retries = Retries::default();
    table
        .after_failure(retries, Function::CrmSync, Some(&event), failure, delivery)
        .await
}

#[tokio::test]
async fn only_what_failed_by_itself_is_counted_and_each_event_alone() {
    let table = table();
    let itself = Failure::Itself("it is no record".to_owned());
    for _ in 0..20 {
        let next = after(&table, "a", &outage(None)).await;
        assert!(matches!(next, Next::Wait(_)), "{next:?}");
    }
    assert!(table.store.everything().is_empty());
    for failed in 1..MOST_FAILURES {
        let next = after(&table, "a", &itself).await;
        assert!(matches!(next, Next::Wait(_)), "{failed}: {next:?}");
        after(&table, "a", &outage(None)).await;
    }
    let other = after(&table, "b", &itself).await;
    assert!(seconds(&other) <= 30.0, "{other:?}");
    let last = after(&table, "a", &itself).await;
    assert!(matches!(last, Next::GiveUp(_)), "{last:?}");
}

/// A write that waited for the hour's ceiling for more than a day, and then meets an outage.
#[tokio::test]
async fn a_wait_for_what_comes_first_does_not_use_up_the_day_of_an_outage() {
    let table = table();
    let hours = |hours: i64| SignedDuration::from_hours(hours);
    let event = EventId::of(&["a write"]);
    let (first, mut received) = (at(FIRST), 0);
    let mut came = async |failure: &Failure| {
        received += 1;
        let delivery = Delivery { first, received };
        let retries = Retries::default();
        let next = table.after_failure(
            retries,
            Function::CrmWriteback,
            Some(&event),
            failure,
            delivery,
        );
        let next = next.await;
        if let Next::Wait(wait) = next {
            let wait = SignedDuration::try_from(wait).unwrap();
            table.clock.set(table.clock.now() + wait);
        }
        next
    };
    let used_up = Failure::waits("the hour is used up", Duration::from_secs(3_600));
    while table.clock.now() < first + hours(25) {
        came(&used_up).await;
    }
    let began = table.clock.now();
    let why = loop {
        if let Next::GiveUp(why) = came(&outage(None)).await {
            break why;
        }
    };
    let lasted = table.clock.now().duration_since(began);
    assert!(lasted >= hours(23) && lasted <= hours(25), "{lasted:?}");
    assert_eq!(why, "it waited for 24 hours: the CRM is away");
}

#[tokio::test]
async fn a_dead_letter_that_is_sent_anew_has_all_its_tries_again() {
    let table = table();
    let itself = Failure::Itself("it is no record".to_owned());
    for _ in 0..2 {
        for _ in 1..MOST_FAILURES {
            let next = after(&table, "a", &itself).await;
            assert!(matches!(next, Next::Wait(_)), "{next:?}");
        }
        let next = after(&table, "a", &itself).await;
        assert!(matches!(next, Next::GiveUp(_)), "{next:?}");
    }
}

#[test]
fn what_is_over_at_a_known_time_is_looked_at_then() {
    let failure = Failure::Waits {
        why: "the event is ahead".to_owned(),
        wait: Duration::from_secs(30),
        left: Some(Duration::from_secs(20)),
    };
    for received in [1, 9, 90] {
        let wait = seconds(&next(&failure, received, 580));
        assert!((wait - 20.0).abs() < 0.01, "{received}: {wait}");
    }
}

#[test]
fn what_is_there_for_nobody_is_told_from_what_fails_by_itself() {
    let text = || "why".to_owned();
    let asked = Duration::from_secs(3_600);
    let everybody: [Failure; 10] = [
        StoreError::Unavailable(text()).into(),
        StoreError::Throttled(text()).into(),
        StoreError::Closed(text()).into(),
        CycleError::Outrun(12).into(),
        BusError::Unavailable(text()).into(),
        CrmError::Unauthorized.into(),
        CrmError::Setup(text()).into(),
        CrmError::RateLimited { retry_after: asked }.into(),
        CrmError::Unavailable {
            why: text(),
            perhaps_done: true,
            retry_after: Some(asked),
        }
        .into(),
        SecretError::Unavailable {
            name: text(),
            why: text(),
        }
        .into(),
    ];
    for failure in everybody {
        assert!(matches!(failure, Failure::Everybody { .. }), "{failure:?}");
    }
    let limited = Failure::from(CrmError::RateLimited { retry_after: asked });
    assert!(matches!(limited, Failure::Everybody { wait, .. } if wait == Some(asked)));
    let itself: [Failure; 3] = [
        CrmError::malformed("no JSON").into(),
        CrmError::NotFound.into(),
        CrmError::Refused { why: text() }.into(),
    ];
    for failure in itself {
        assert!(matches!(failure, Failure::Itself(_)), "{failure:?}");
    }
    let bugs: [Failure; 3] = [
        StoreError::Refused(text()).into(),
        BusError::Malformed(text()).into(),
        CrmError::Unsupported(text()).into(),
    ];
    for failure in bugs {
        assert!(matches!(failure, Failure::Final(_)), "{failure:?}");
    }
    let turn: Failure = BucketError::Wait(asked).into();
    assert_eq!(turn, Failure::waits(turn.to_string(), asked));
}

#[test]
fn another_delivery_is_waited_for_as_long_as_its_claim_holds() {
    let now: Timestamp = at(FIRST);
    let until = now + SignedDuration::from_secs(40);
    let Failure::Waits { wait, .. } = Failure::busy(until, now) else {
        panic!("it does not wait")
    };
    assert_eq!(wait, Duration::from_secs(40));
    let over = Failure::busy(now, until);
    assert!(matches!(over, Failure::Waits { wait, .. } if wait.is_zero()));
}
