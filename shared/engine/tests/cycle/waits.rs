//! How long is waited for what, and how often.

use std::time::Duration;

use contracts::Key;
use engine::{ATTEMPTS, CycleError, Round, Table, Told};
use serde_json::json;
use store::{Guard, Item, StoreError};
use testkit::WatchedStore;

use crate::world::{Watched, may_pass, meanwhile, put, table, write, writing};

const fn ms(count: u64) -> Duration {
    Duration::from_millis(count)
}

fn counter() -> Key {
    Key::pool("dach")
}

fn one_more(found: &[Option<Item>]) -> Round<u64> {
    let before = found[0].as_ref();
    let guard = before.map_or(Guard::Absent, |before| Guard::Version(before.version));
    let count = before.map_or(1, |before| before.body.read::<u64>().unwrap() + 1);
    Round::Commit {
        transaction: writing(put(&counter(), json!(count), guard)),
        outcome: count,
        already: None,
        told: Told::default(),
    }
}

/// Counts one more, in the way in which everything is changed.
async fn count(table: &Table<WatchedStore, Watched>) -> Result<u64, CycleError> {
    let keys = [counter()];
    table.change(&keys, |found| Ok(one_more(&found))).await
}

/// Between half of each of these waits and the whole of it.
fn doubling(waits: &[Duration], whole: &[u64]) {
    assert_eq!(waits.len(), whole.len(), "{waits:?}");
    for (wait, whole) in waits.iter().zip(whole) {
        assert!(
            *wait >= ms(*whole) / 2 && *wait <= ms(*whole),
            "{wait:?} of {whole} ms"
        );
    }
}

#[tokio::test]
async fn without_trouble_nobody_waits() {
    let table = table();
    assert_eq!(count(&table).await, Ok(1));
    assert_eq!(count(&table).await, Ok(2));
    assert_eq!(table.clock.waits(), []);
}

#[tokio::test]
async fn a_contended_table_is_asked_again_after_a_short_wait() {
    let table = table();
    table.store.inside().contend_next(7);
    assert_eq!(count(&table).await, Ok(1));
    doubling(&table.clock.waits(), &[5, 10, 20, 40, 80, 160, 160]);
}

#[tokio::test]
async fn a_lost_race_is_run_again_on_what_the_winner_left() {
    let table = table();
    meanwhile(&table.store, |commit, store| {
        if commit == 1 {
            write(store, put(&counter(), json!(7), Guard::Absent));
        }
    });
    assert_eq!(count(&table).await, Ok(8));
    doubling(&table.clock.waits(), &[5]);
}

#[tokio::test]
async fn after_twelve_lost_races_it_is_outrun() {
    let table = table();
    table.store.inside().contend_next(ATTEMPTS);
    let outrun = count(&table).await.unwrap_err();
    assert_eq!(outrun, CycleError::Outrun(12));
    assert!(may_pass(&outrun));
    assert_eq!(table.store.commits().len(), 12);
    let waits = table.clock.waits();
    assert_eq!(waits.len(), 11, "after the last nobody waits");
    assert!(waits.iter().all(|wait| *wait <= ms(160)), "{waits:?}");
    assert!(table.store.inside().everything().is_empty());
    assert_eq!(count(&table).await, Ok(1), "the next delivery has luck");
}

#[tokio::test]
async fn a_throttling_table_is_given_more_time() {
    let table = table();
    table.store.inside().throttle_next(5);
    assert_eq!(count(&table).await, Ok(1));
    let waits = table.clock.waits();
    doubling(&waits, &[50, 100, 200, 400, 800]);
    assert!(
        waits
            .iter()
            .all(|wait| *wait >= ms(25) && *wait <= ms(1_000)),
        "{waits:?}"
    );
}

#[tokio::test]
async fn a_table_that_goes_on_throttling_is_left_for_later() {
    let table = table();
    table.store.inside().throttle_next(6);
    let error = count(&table).await.unwrap_err();
    assert!(
        matches!(error, CycleError::Store(StoreError::Throttled(_))),
        "{error:?}"
    );
    assert!(may_pass(&error));
    assert_eq!(table.store.commits().len(), 6);
    assert_eq!(table.clock.waits().len(), 5);
    assert_eq!(count(&table).await, Ok(1), "the next delivery has luck");
}

#[tokio::test]
async fn throttling_is_no_lost_race() {
    let table = table();
    table.store.inside().throttle_next(5);
    table.store.inside().contend_next(ATTEMPTS - 1);
    assert_eq!(count(&table).await, Ok(1));
    let waits = table.clock.waits();
    doubling(&waits[..5], &[50, 100, 200, 400, 800]);
    doubling(&waits[5..8], &[5, 10, 20]);
    assert_eq!(waits.len(), 16);
}

#[tokio::test]
async fn a_throttled_read_ends_the_cycle_for_a_later_delivery() {
    let table = table();
    table.store.inside().throttle_next_reads(1);
    let error = count(&table).await.unwrap_err();
    assert!(
        matches!(error, CycleError::Store(StoreError::Throttled(_))),
        "{error:?}"
    );
    assert!(may_pass(&error));
    assert_eq!(table.clock.waits(), []);
    assert!(table.store.commits().is_empty());
}

#[tokio::test]
async fn what_the_table_refuses_is_final() {
    let table = table();
    let refused: Result<(), CycleError> = table
        .change(&[], |_| {
            Ok(Round::Commit {
                transaction: store::Transaction::default(),
                outcome: (),
                already: None,
                told: Told::default(),
            })
        })
        .await;
    let error = refused.unwrap_err();
    assert!(
        matches!(error, CycleError::Store(StoreError::Refused(_))),
        "{error:?}"
    );
    assert!(!may_pass(&error));
    assert_eq!(table.clock.waits(), []);
}

#[tokio::test]
async fn what_is_there_already_is_told_and_not_written_again() {
    let table = table();
    let add = || async {
        table
            .change::<_, CycleError>(&[], |_| {
                Ok(Round::Commit {
                    transaction: writing(put(&counter(), json!(1), Guard::Absent)),
                    outcome: "new",
                    already: Some((counter(), "already")),
                    told: Told::default(),
                })
            })
            .await
    };
    assert_eq!(add().await, Ok("new"));
    assert_eq!(add().await, Ok("already"));
    assert_eq!(table.clock.waits(), []);
    assert_eq!(table.store.inside().everything()[0].version, 1);
}

#[tokio::test]
async fn who_wants_nothing_writes_nothing() {
    let table = table();
    let nothing: Result<_, CycleError> = table
        .change(&[counter()], |found| Ok(Round::Nothing(found)))
        .await;
    assert_eq!(nothing, Ok(vec![None]));
    assert!(table.store.commits().is_empty());
}

/// A table that throttles what is read need not be asked for nothing.
#[tokio::test]
async fn who_needs_nothing_reads_nothing() {
    let table = table();
    table.store.inside().throttle_next_reads(1);
    let found: Result<_, CycleError> = table.change(&[], |found| Ok(Round::Nothing(found))).await;
    assert_eq!(found, Ok(Vec::new()));
}
