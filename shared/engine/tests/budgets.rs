//! The shared budget of a CRM waits by the clock it is given, and not for ever; a kept secret is
//! read when it must be.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use engine::{
    BELIEVED, Budget, Clock, KeptSecret, Refill, SecretError, Secrets, SharedBudget, Table,
};
use jiff::{SignedDuration, Timestamp};
use store::{CommitError, StoreError};
use testkit::{InTheWay, TestClock, WatchedStore, at, source};

const NOW: &str = "2026-11-22T12:00:00Z";

type Bucket = SharedBudget<WatchedStore, TestClock>;

fn budget(every_ms: u32, burst: u32) -> (Bucket, TestClock, WatchedStore) {
    let (store, clock) = (WatchedStore::new(), TestClock::at(at(NOW)));
    let table = Table::new(store.clone(), clock.clone());
    let refill = Refill { every_ms, burst };
    (SharedBudget::new(table, &source(), refill), clock, store)
}

fn after(millis: i64) -> Timestamp {
    at(NOW) + SignedDuration::from_millis(millis)
}

#[tokio::test]
async fn who_finds_the_bucket_empty_waits_by_the_clock_until_there_is_a_token() {
    let (budget, clock, _) = budget(100, 3);
    for _ in 0..3 {
        budget.take().await.unwrap();
    }
    assert_eq!(clock.now(), at(NOW), "a burst waits for nothing");
    for waits in 1..=5 {
        budget.take().await.unwrap();
        assert_eq!(clock.now(), after(100 * waits));
    }
}

/// While nobody else is at it, ten requests are one write; from half a bucket on each is one, so that nobody takes
/// ahead of others.
#[tokio::test]
async fn of_a_bucket_that_is_full_several_are_taken_at_once() {
    let (budget, _, store) = budget(100, 20);
    let mut commits = Vec::new();
    for _ in 0..20 {
        budget.take().await.unwrap();
        commits.push(store.commits().len());
    }
    let expected = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    assert_eq!(commits, expected);
}

/// What is not used soon is lost: never are more requests made than the bucket gave, and few later.
#[tokio::test]
async fn what_was_taken_ahead_is_used_within_four_seconds_or_never() {
    let (budget, clock, store) = budget(100, 20);
    budget.take().await.unwrap();
    clock.set(after(3_999));
    budget.take().await.unwrap();
    assert_eq!(store.commits().len(), 1);
    clock.set(after(4_000));
    budget.take().await.unwrap();
    assert_eq!(store.commits().len(), 2);
}

/// A burst of the bulk leaves a fifth of the bucket; what comes alone takes it without waiting, and the
/// bulk waits until more than that is there again.
#[tokio::test]
async fn what_came_in_bulk_leaves_a_fifth_to_what_comes_alone() {
    let (alone, clock, _) = budget(100, 10);
    let bulk = alone.clone().in_bulk();
    for _ in 0..8 {
        bulk.take().await.unwrap();
    }
    assert_eq!(clock.now(), at(NOW));
    for _ in 0..2 {
        alone.take().await.unwrap();
    }
    assert_eq!(clock.now(), at(NOW), "what comes alone waits for nothing");
    bulk.take().await.unwrap();
    assert_eq!(clock.now(), after(300));
}

#[tokio::test]
async fn who_would_wait_longer_than_two_seconds_gives_up_at_once() {
    let (patient, clock, _) = budget(2_000, 1);
    patient.take().await.unwrap();
    assert_eq!(patient.take().await, Ok(()));
    assert_eq!(clock.now(), after(2_000));

    let (impatient, clock, _) = budget(2_001, 1);
    impatient.take().await.unwrap();
    let wait = Duration::from_millis(2_001);
    assert_eq!(impatient.take().await, Err(wait));
    assert_eq!(clock.now(), at(NOW));
    clock.set(after(2_001));
    assert_eq!(impatient.take().await, Ok(()));
}

/// Others are faster each time: what was waited for so far counts.
#[tokio::test]
async fn waiting_again_and_again_ends_after_two_seconds_too() {
    let (budget, clock, store) = budget(600, 1);
    budget.take().await.unwrap();
    store.upon_commits(|_| InTheWay::Fails(CommitError::Contended));
    let began = clock.now();
    let gave_up = budget.take().await;
    assert!(gave_up.is_err(), "{gave_up:?}");
    let waited = clock.now().duration_since(began);
    assert!(waited >= SignedDuration::from_millis(600), "{waited:?}");
    // Twelve lost races take their own time, each time that it is tried.
    assert!(waited < SignedDuration::from_secs(10), "{waited:?}");
}

#[tokio::test]
async fn without_the_table_nothing_is_asked_of_the_crm() {
    let (budget, clock, store) = budget(100, 3);
    let gone = StoreError::Unavailable("no answer".to_owned());
    store.upon_commits(move |_| InTheWay::Fails(gone.clone().into()));
    assert_eq!(budget.take().await, Err(Duration::from_secs(2)));
    assert_eq!(clock.now(), at(NOW));
}

/// A secret store that says this, and counts how often it is asked.
#[derive(Clone)]
struct Says(Arc<Mutex<(Result<String, SecretError>, u32)>>);

impl Says {
    fn new(secret: &str) -> (Self, KeptSecret<Self>) {
        let says = Self(Arc::new(Mutex::new((Ok(secret.to_owned()), 0))));
        let kept = KeptSecret::new(says.clone(), "fairlead/hubspot".to_owned(), "client_secret");
        (says, kept)
    }

    fn now(&self, secret: Result<&str, SecretError>) {
        self.0.lock().unwrap().0 = secret.map(str::to_owned);
    }

    fn asked(&self) -> u32 {
        self.0.lock().unwrap().1
    }
}

impl Secrets for Says {
    async fn field(&self, _: &str, _: &str) -> Result<String, SecretError> {
        let mut says = self.0.lock().unwrap();
        says.1 += 1;
        says.0.clone()
    }
}

fn current(secret: &str) -> Result<String, SecretError> {
    Ok(secret.to_owned())
}

#[tokio::test]
async fn a_secret_is_read_at_its_first_use_and_kept() {
    let (says, kept) = Says::new("one");
    assert_eq!(says.asked(), 0);
    assert_eq!(kept.current().await, current("one"));
    says.now(Ok("two"));
    assert_eq!(kept.current().await, current("one"));
    assert_eq!(says.asked(), 1);
}

#[tokio::test]
async fn a_refused_secret_is_read_anew_once_a_minute() {
    let (says, kept) = Says::new("one");
    kept.current().await.unwrap();
    says.now(Ok("two"));
    assert_eq!(kept.renewed(at(NOW)).await, Ok(Some("two".to_owned())));
    assert_eq!(kept.current().await, current("two"));
    let believed = SignedDuration::try_from(BELIEVED).unwrap();
    let just_before = at(NOW) + believed - SignedDuration::from_millis(1);
    assert_eq!(kept.renewed(just_before).await, Ok(None));
    assert_eq!(says.asked(), 2);
    let then = at(NOW) + believed;
    assert_eq!(kept.renewed(then).await, Ok(Some("two".to_owned())));
    assert_eq!(says.asked(), 3);
}

#[tokio::test]
async fn an_empty_secret_is_never_one() {
    for empty in ["", " ", "\n"] {
        let (says, kept) = Says::new(empty);
        let malformed = kept.current().await;
        assert!(
            matches!(malformed, Err(SecretError::Malformed { .. })),
            "{malformed:?}"
        );
        // It becomes right, and is used at once.
        says.now(Ok("one"));
        assert_eq!(kept.current().await, current("one"));
        says.now(Ok(empty));
        assert!(kept.renewed(at(NOW)).await.is_err());
        assert_eq!(kept.current().await, current("one"));
    }
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_leaves_the_one_that_is_kept() {
    let (says, kept) = Says::new("one");
    kept.current().await.unwrap();
    let why = SecretError::Unavailable {
        name: "fairlead/hubspot".to_owned(),
        why: "no answer".to_owned(),
    };
    says.now(Err(why.clone()));
    assert_eq!(kept.renewed(at(NOW)).await, Err(why));
    assert_eq!(kept.current().await, current("one"));
}

#[tokio::test]
async fn a_kept_secret_is_in_no_log() {
    let (_, kept) = Says::new("one");
    assert_eq!(kept.current().await, current("one"));
    let logged = format!("{kept:?}");
    assert!(!logged.contains("\"one\""), "{logged}");
}

impl std::fmt::Debug for Says {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Says")
    }
}
