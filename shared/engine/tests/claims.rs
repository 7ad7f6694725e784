//! Effects are claimed, done and marked, each once; buckets empty and fill.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::time::Duration;

use contracts::{Event, EventData, EventId, Key, state::EffectStatus};
use engine::{BucketError, Claim, Ended, LEASE, Refill, Table};
use jiff::SignedDuration;
use model::Revision;
use store::MemoryStore;
use testkit::{TestClock, at, source};

const NOW: &str = "2026-11-22T12:00:00Z";

fn table() -> Table<MemoryStore, TestClock> {
    Table::new(MemoryStore::new(), TestClock::at(at(NOW)))
}

fn asked() -> Event {
    let tick = EventData::Tick { at: at(NOW) };
    Event::new(mail(), at(NOW), &Revision::default(), tick)
}

fn mail() -> EventId {
    EventId::of(&["mail"])
}

#[tokio::test]
async fn of_two_claims_one_is_ours() {
    let table = table();
    let first = table.claim_effect(&mail()).await.unwrap();
    let second = table.claim_effect(&mail()).await.unwrap();
    assert!(matches!(first, Claim::Ours(_)), "{first:?}");
    assert!(matches!(second, Claim::Busy(_)), "{second:?}");
}

#[tokio::test]
async fn a_finished_effect_is_over() {
    let table = table();
    for ended in [
        Ended::done("sent"),
        Ended::skipped("no news"),
        Ended::refused(&asked(), "no such address"),
    ] {
        let event = EventId::of(&[&ended.result]);
        let Claim::Ours(claimed) = table.claim_effect(&event).await.unwrap() else {
            panic!("the first claim is not ours");
        };
        table
            .finish_effect(&event, &claimed, ended.clone())
            .await
            .unwrap();
        let Claim::Over(state) = table.claim_effect(&event).await.unwrap() else {
            panic!("{ended:?} is not over");
        };
        assert_eq!((state.status, state.result), (ended.status, ended.result));
    }
}

#[tokio::test]
async fn a_claim_is_taken_over_after_its_lease_and_not_before() {
    let table = table();
    let lease = SignedDuration::try_from(LEASE).unwrap();
    table.claim_effect(&mail()).await.unwrap();
    table
        .clock
        .set(at(NOW) + lease - SignedDuration::from_secs(1));
    let early = table.claim_effect(&mail()).await.unwrap();
    assert!(matches!(early, Claim::Busy(_)), "{early:?}");
    table.clock.set(at(NOW) + lease);
    let later = table.claim_effect(&mail()).await.unwrap();
    assert!(matches!(later, Claim::Ours(_)), "{later:?}");
}

#[tokio::test]
async fn a_claim_given_back_is_free_at_once() {
    let table = table();
    let Claim::Ours(first) = table.claim_effect(&mail()).await.unwrap() else {
        panic!("the first claim is not ours");
    };
    table.release_effect(&mail(), &first).await.unwrap();
    let Claim::Ours(second) = table.claim_effect(&mail()).await.unwrap() else {
        panic!("a claim that was given back is not free");
    };
    // The first claimant comes late: the claim is no longer theirs to give back or to finish.
    table.release_effect(&mail(), &first).await.unwrap();
    table
        .finish_effect(&mail(), &first, Ended::done("late"))
        .await
        .unwrap();
    let claim = table.claim_effect(&mail()).await.unwrap();
    assert_eq!(claim, Claim::Busy(second.state.lease_until));
    assert_eq!(second.state.status, EffectStatus::Claimed);
}

#[tokio::test]
async fn a_bucket_empties_and_fills_by_the_machines_time() {
    let table = table();
    let key = Key::bucket(&source(), "requests");
    let other = Key::bucket(&source(), "writes");
    let refill = Refill {
        every_ms: 100,
        burst: 3,
    };
    for _ in 0..3 {
        table.take_token(&key, refill, 0).await.unwrap();
    }
    let empty = table.take_token(&key, refill, 0).await;
    assert_eq!(empty, Err(BucketError::Wait(Duration::from_millis(100))));
    table.take_token(&other, refill, 0).await.unwrap();
    table.clock.set(at(NOW) + SignedDuration::from_millis(100));
    table.take_token(&key, refill, 0).await.unwrap();
}
