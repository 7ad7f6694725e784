//! A function stops before its host stops it.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{future::pending, time::Duration};

use contracts::{Event, EventData, EventId};
use engine::{Clock, Failure, Handler, MARGIN, handle_until};
use jiff::{SignedDuration, Timestamp};
use model::Revision;
use testkit::{TestClock, at};

const NOW: &str = "2026-11-22T12:00:00Z";

/// Takes so long for each event; without an end if it is not said how long.
struct Takes(Option<Duration>, TestClock);

impl Handler for Takes {
    async fn handle(&self, _: &Event, _: Timestamp) -> Result<(), Failure> {
        match self.0 {
            Some(length) => self.1.sleep(length).await,
            None => pending().await,
        }
        Ok(())
    }

    fn revision(&self) -> Option<&Revision> {
        None
    }
}

/// What became of four events in 30 s, whether it was broken off, and how long it took.
async fn four(takes: Option<u64>) -> (Vec<bool>, bool, SignedDuration) {
    let clock = TestClock::at(at(NOW));
    let event = |number: u32| {
        let id = EventId::of(&[&number.to_string()]);
        let data = EventData::Tick { at: at(NOW) };
        (Event::new(id, at(NOW), &Revision::default(), data), at(NOW))
    };
    let events: Vec<(Event, Timestamp)> = (0..4).map(event).collect();
    let handler = Takes(takes.map(Duration::from_secs), clock.clone());
    let deadline = at(NOW) + SignedDuration::from_secs(30);
    let handled = handle_until(&handler, &clock, &events, deadline).await;
    for result in &handled.results {
        assert!(
            matches!(result, Ok(()) | Err(Failure::Waits { .. })),
            "{result:?}"
        );
    }
    let done = handled.results.iter().map(Result::is_ok).collect();
    (
        done,
        handled.broken_off,
        clock.now().duration_since(at(NOW)),
    )
}

#[tokio::test]
async fn what_fits_into_the_time_is_handled() {
    let (done, broken_off, _) = four(Some(4)).await;
    assert_eq!((done, broken_off), (vec![true; 4], false));
}

/// After 20 s there are eight left before the margin: too few to begin with a third.
#[tokio::test]
async fn nothing_is_begun_for_which_the_time_does_not_last() {
    let (done, broken_off, _) = four(Some(10)).await;
    assert_eq!((done, broken_off), (vec![true, true, false, false], false));
}

#[tokio::test]
async fn what_never_ends_is_broken_off_before_the_deadline() {
    let (done, broken_off, took) = four(None).await;
    assert_eq!((done, broken_off), (vec![false; 4], true));
    assert_eq!(took, SignedDuration::from_secs(30) - MARGIN);
}

/// However late it is, one event is tried: or else none ever would be.
#[tokio::test]
async fn the_first_is_always_begun() {
    let clock = TestClock::at(at(NOW));
    let data = EventData::Tick { at: at(NOW) };
    let event = Event::new(EventId::of(&["one"]), at(NOW), &Revision::default(), data);
    let handler = Takes(Some(Duration::ZERO), clock.clone());
    let deadline = at(NOW) + SignedDuration::from_secs(5);
    let events = [(event, at(NOW))];
    let handled = handle_until(&handler, &clock, &events, deadline).await;
    assert!(handled.results.iter().all(Result::is_ok));
}
