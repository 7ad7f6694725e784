//! Effects happen once, and the cycle that writes them down gives up in time.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::{
    Mutex,
    atomic::{AtomicU32, Ordering},
};

use contracts::{
    EventId, Indexes, Key,
    state::{BucketState, EffectState, EffectStatus},
};
use engine::{
    ATTEMPTS, Attempt, Claim, Clock, CycleError, Ended, LEASE, Round, Table, Told, Tried,
};
use jiff::SignedDuration;
use store::{CommitError, StoreError, Transaction, put_state};
use testkit::{InTheWay, TestClock, WatchedStore, at, source, state_of};

const NOW: &str = "2026-11-22T12:00:00Z";

fn watched() -> (Table<WatchedStore, TestClock>, WatchedStore) {
    let store = WatchedStore::new();
    let table = Table::new(store.clone(), TestClock::at(at(NOW)));
    (table, store)
}

fn mail() -> EventId {
    EventId::of(&["mail"])
}

/// Sends the mail, and counts how often.
async fn send(
    table: &Table<WatchedStore, TestClock>,
    sent: &AtomicU32,
) -> Result<Attempt, CycleError> {
    table
        .once(&mail(), async {
            sent.fetch_add(1, Ordering::Relaxed);
            Ok::<Ended, CycleError>(Ended::done("sent"))
        })
        .await
}

async fn status(store: &WatchedStore) -> (EffectStatus, String) {
    let effect: Option<EffectState> = state_of(store.inside(), Key::effect(&mail())).await;
    let effect = effect.unwrap();
    (effect.status, effect.result)
}

#[tokio::test]
async fn an_effect_that_is_asked_for_three_times_is_done_once() {
    let ((table, store), sent) = (watched(), AtomicU32::new(0));
    for _ in 0..3 {
        assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
    }
    assert_eq!(sent.into_inner(), 1);
    assert_eq!(
        status(&store).await,
        (EffectStatus::Done, "sent".to_owned())
    );
}

/// What looks at the world before it acts asks only upon a second try whether it acted already.
#[tokio::test]
async fn an_effect_knows_whether_it_was_tried_before() {
    let ((table, _), seen, mail) = (watched(), Mutex::new(Vec::new()), mail());
    let tries = |fails: bool| {
        let seen = &seen;
        table.once_or_again(&mail, move |tried| {
            seen.lock().unwrap().push(tried);
            async move {
                match fails {
                    true => Err(CycleError::Outrun(1)),
                    false => Ok(Ended::done("sent")),
                }
            }
        })
    };
    assert_eq!(tries(true).await, Err(CycleError::Outrun(1)));
    assert_eq!(tries(true).await, Err(CycleError::Outrun(1)));
    assert_eq!(tries(false).await, Ok(Attempt::Ended));
    assert_eq!(tries(false).await, Ok(Attempt::Ended), "and is not tried");
    let seen = seen.into_inner().unwrap();
    assert_eq!(seen, [Tried::Never, Tried::Before, Tried::Before]);
}

/// No queue keeps an event for longer than 14 days: whatever comes again finds that it was done.
#[tokio::test]
async fn an_effect_is_remembered_for_thirty_days() {
    let ((table, store), sent) = (watched(), AtomicU32::new(0));
    assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
    let written = store.commits().into_iter().flat_map(|it| it.puts);
    let expires: Vec<_> = written.map(|put| put.expires).collect();
    let in_thirty_days = Some(at("2026-12-22T12:00:00Z"));
    assert_eq!(expires, [in_thirty_days; 2], "the claim and its mark");
}

#[tokio::test]
async fn an_effect_that_somebody_is_at_is_left_to_them_until_their_lease_ends() {
    let ((table, _), sent) = (watched(), AtomicU32::new(0));
    table.claim_effect(&mail()).await.unwrap();
    let until = at(NOW) + SignedDuration::try_from(LEASE).unwrap();
    assert_eq!(send(&table, &sent).await, Ok(Attempt::Busy(until)));
    table.clock.set(until);
    assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
    assert_eq!(sent.into_inner(), 1);
}

#[tokio::test]
async fn an_effect_that_failed_is_free_at_once() {
    let ((table, _), sent) = (watched(), AtomicU32::new(0));
    let why = || CycleError::Store(StoreError::Unavailable("no answer".to_owned()));
    let failed = table.once(&mail(), async { Err::<Ended, _>(why()) }).await;
    assert_eq!(failed, Err(why()));
    assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
    assert_eq!(sent.into_inner(), 1);
}

/// The mail has gone out: a crowded or throttled table must not be the reason that it goes again.
#[tokio::test]
async fn a_mark_that_others_were_in_the_way_of_is_made_again() {
    for error in [
        CommitError::Contended,
        StoreError::Throttled("slow down".to_owned()).into(),
    ] {
        let ((table, store), sent) = (watched(), AtomicU32::new(0));
        let mut commits = 0;
        store.upon_commits(move |_| {
            commits += 1;
            // The claim goes through, its mark twice not.
            if commits == 2 || commits == 3 {
                return InTheWay::Fails(error.clone());
            }
            InTheWay::Nothing
        });
        assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
        assert_eq!(status(&store).await.0, EffectStatus::Done);
        assert_eq!(send(&table, &sent).await, Ok(Attempt::Ended));
        assert_eq!(sent.into_inner(), 1);
    }
}

/// Two claim at the same moment: the one who lost the race finds that it is not theirs.
#[tokio::test]
async fn who_lost_the_race_for_a_claim_finds_it_busy() {
    let (other, theirs) = watched();
    other.claim_effect(&mail()).await.unwrap();
    let mut first = Some(theirs.commits().remove(0));
    let (table, store) = watched();
    store.upon_commits(move |_| first.take().map_or(InTheWay::Nothing, InTheWay::Other));
    let claim = table.claim_effect(&mail()).await.unwrap();
    let until = at(NOW) + SignedDuration::try_from(LEASE).unwrap();
    assert_eq!(claim, Claim::Busy(until));
    assert_eq!(store.commits().len(), 1);
}

/// Writes one item, whatever comes.
async fn write(table: &Table<WatchedStore, TestClock>) -> Result<bool, CycleError> {
    let key = Key::bucket(&source(), "requests");
    table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before
                .map(store::Versioned::<BucketState>::read)
                .transpose();
            let before = before.map_err(CycleError::from)?;
            let state = BucketState { full_at_ms: 1 };
            let put = put_state(key.clone(), &state, before.as_ref(), Indexes::default());
            Ok(Round::Commit {
                transaction: Transaction {
                    puts: vec![put],
                    checks: Vec::new(),
                },
                outcome: true,
                already: None,
                told: Told::default(),
            })
        })
        .await
}

#[tokio::test]
async fn a_race_that_is_lost_every_time_is_given_up_within_seconds() {
    let (table, store) = watched();
    store.upon_commits(|_| InTheWay::Fails(CommitError::Contended));
    assert_eq!(write(&table).await, Err(CycleError::Outrun(ATTEMPTS)));
    assert_eq!(store.commits().len(), 12);
    let waited = table.clock.now().duration_since(at(NOW));
    let (least, most) = (
        SignedDuration::from_millis(500),
        SignedDuration::from_secs(2),
    );
    assert!(waited > least && waited < most, "{waited:?}");
}

#[tokio::test]
async fn a_table_that_throttles_is_asked_six_times_with_longer_waits() {
    let (table, store) = watched();
    let throttled = || StoreError::Throttled("slow down".to_owned());
    store.upon_commits(move |_| InTheWay::Fails(throttled().into()));
    assert_eq!(write(&table).await, Err(throttled().into()));
    assert_eq!(store.commits().len(), 6);
    let waited = table.clock.now().duration_since(at(NOW));
    // 50, 100, 200, 400 and 800 ms, or down to half of each.
    assert!(waited >= SignedDuration::from_millis(775), "{waited:?}");
    assert!(waited <= SignedDuration::from_millis(1550), "{waited:?}");
}

#[tokio::test]
async fn a_table_that_is_not_there_is_not_waited_for() {
    let (table, store) = watched();
    let gone = || StoreError::Unavailable("no answer".to_owned());
    store.upon_commits(move |_| InTheWay::Fails(gone().into()));
    assert_eq!(write(&table).await, Err(gone().into()));
    assert_eq!((store.commits().len(), table.clock.now()), (1, at(NOW)));
}

/// Of effects that are done together each is claimed, done and marked as if it were alone.
#[tokio::test]
async fn effects_that_are_done_together_end_one_by_one() {
    let (table, store) = watched();
    let id = |name: &str| EventId::of(&[name]);
    let (done, failing, new, silent) = (id("done"), id("failing"), id("new"), id("silent"));
    let once = table.once(&done, async { Ok::<_, CycleError>(Ended::done("before")) });
    assert_eq!(once.await, Ok(Attempt::Ended));
    let events = [&done, &failing, &new, &silent];
    let results = table.once_together(&events, |ours| async move {
        assert_eq!(
            ours,
            [(1, Tried::Never), (2, Tried::Never), (3, Tried::Never)]
        );
        // Of the last one nothing is said.
        vec![Err(CycleError::OutOfTime), Ok(Ended::done("now"))]
    });
    let results: Vec<Result<Attempt, CycleError>> = results.await;
    assert_eq!(results[0], Ok(Attempt::Ended));
    assert_eq!(results[1], Err(CycleError::OutOfTime));
    assert_eq!(results[2], Ok(Attempt::Ended));
    assert!(matches!(results[3], Ok(Attempt::Busy(_))), "{results:?}");

    let state = async |event: &EventId| -> EffectState {
        state_of(store.inside(), Key::effect(event)).await.unwrap()
    };
    assert_eq!(state(&done).await.result, "before");
    assert_eq!(state(&new).await.status, EffectStatus::Done);
    // What failed may be tried again at once, and knows that it was tried.
    let events = [&failing];
    let again = table.once_together(&events, |ours| async move {
        assert_eq!(ours, [(0, Tried::Before)]);
        vec![Ok::<_, CycleError>(Ended::done("at last"))]
    });
    assert_eq!(again.await, [Ok(Attempt::Ended)]);
}
