//! Several changes at once: few transactions, and each ends as it would alone.

use contracts::Key;
use engine::{Change, CycleError, Round, Table};
use serde_json::json;
use store::{Check, Guard, Item, Store};
use testkit::WatchedStore;

use crate::world::{Watched, meanwhile, put, table, write};

fn counter(number: usize) -> Key {
    Key::pool(&format!("pool{number}"))
}

fn one_more(key: &Key, found: &[Option<Item>]) -> Round<u64> {
    let before = found[0].as_ref();
    let guard = before.map_or(Guard::Absent, |before| Guard::Version(before.version));
    let count = before.map_or(1, |before| before.body.read::<u64>().unwrap() + 1);
    Round::writing(vec![put(key, json!(count), guard)], count)
}

/// Counts each of these one more.
async fn count(
    table: &Table<WatchedStore, Watched>,
    numbers: impl Iterator<Item = usize>,
) -> Vec<Result<u64, CycleError>> {
    let changes: Vec<Change<'_, u64>> = numbers
        .map(|number| {
            let key = counter(number);
            Change::of(vec![key.clone()], move |found| Ok(one_more(&key, &found)))
        })
        .collect();
    table.change_all(&changes).await
}

#[tokio::test]
async fn as_many_as_a_transaction_takes_are_committed_by_one() {
    let table = table();
    assert_eq!(count(&table, 0..250).await, vec![Ok(1); 250]);
    let sizes = table.store.commits();
    let sizes: Vec<usize> = sizes.iter().map(|commit| commit.puts.len()).collect();
    assert_eq!(sizes, [100, 100, 50]);
    assert_eq!(count(&table, 0..2).await, [Ok(2), Ok(2)]);
}

#[tokio::test]
async fn what_is_changed_twice_is_changed_one_after_the_other() {
    let table = table();
    let counted = count(&table, [1, 2, 1, 1].into_iter()).await;
    assert_eq!(counted, [Ok(1), Ok(1), Ok(2), Ok(3)]);
}

#[tokio::test]
async fn who_was_outrun_counts_upon_what_is_there_and_nobody_is_left_out() {
    let table = table();
    meanwhile(&table.store, |commit, inside| {
        if commit == 1 {
            write(inside, put(&counter(3), json!(10), Guard::Absent));
        }
    });
    let counted = count(&table, 0..5).await;
    assert_eq!(counted, [Ok(1), Ok(1), Ok(1), Ok(11), Ok(1)]);
}

#[tokio::test]
async fn what_leans_on_what_another_writes_is_decided_by_what_it_wrote() {
    let table = table();
    let (read, written) = (counter(1), counter(2));
    let leaning = |found: Vec<Option<Item>>| {
        let there = found[0].as_ref();
        let checks = there.map(|item| Check {
            key: item.key.clone(),
            version: item.version,
        });
        let count = there.map_or(0, |item| item.body.read::<u64>().unwrap());
        let put = put(&counter(2), json!(count), Guard::Absent);
        Ok(Round::writing(vec![put], count).only_with(checks))
    };
    let counting = {
        let key = read.clone();
        Change::of(vec![read.clone()], move |found| Ok(one_more(&key, &found)))
    };
    let changes = [
        counting,
        Change::of(vec![read.clone(), written.clone()], leaning),
    ];
    assert_eq!(table.change_all(&changes).await, [Ok(1), Ok(1)]);
    let found = table.store.get(&[written]).await.unwrap();
    assert_eq!(found[0].as_ref().unwrap().body.read::<u64>(), Ok(1));
}

#[tokio::test]
async fn what_was_written_before_says_what_came_of_that_and_the_others_go_on() {
    let table = table();
    let done = counter(7);
    write(table.store.inside(), put(&done, json!(1), Guard::Absent));
    let again = |key: Key, outcome: u64| {
        Change::of(vec![counter(8)], move |_| {
            let put = put(&key, json!(outcome), Guard::Absent);
            Ok(Round::writing(vec![put], outcome).unless(key.clone(), 0))
        })
    };
    let changes = [again(done, 1), again(counter(9), 1)];
    assert_eq!(table.change_all(&changes).await, [Ok(0), Ok(1)]);
}
