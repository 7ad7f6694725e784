//! The in-memory store keeps every promise of the port, and can be told to show the table's moods.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use contracts::{Indexes, Key, hour_of};
use jiff::Timestamp;
use serde_json::json;
use store::{
    Check, CommitError, Guard, MemoryStore, Put, Store, StoreError, Transaction, conformance,
    conformance::Tested,
};

struct Memory;

impl Tested for Memory {
    type Store = MemoryStore;

    async fn fresh(&self) -> MemoryStore {
        MemoryStore::new()
    }

    fn now(&self) -> Timestamp {
        noon()
    }

    async fn sweep(&self, store: &MemoryStore) {
        store.sweep(noon());
    }
}

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn key(sk: &str) -> Key {
    Key {
        pk: "R#lead:1".to_owned(),
        sk: sk.to_owned(),
    }
}

/// An item that is found by a person, an account, an hour and a deadline.
fn put(sk: &str, guard: Guard, person: &str) -> Put {
    Put {
        key: key(sk),
        body: json!({ "of": person }).into(),
        guard,
        indexes: Indexes {
            due: Some(("due#1".to_owned(), noon())),
            account: Some("account:7".to_owned()),
            person: Some(person.to_owned()),
            hour: Some((hour_of(noon()), noon())),
        },
        expires: None,
        whole: None,
    }
}

async fn commit(store: &MemoryStore, puts: Vec<Put>) -> Result<(), CommitError> {
    let transaction = Transaction {
        puts,
        checks: Vec::new(),
    };
    store.commit(transaction).await
}

/// How many items each index shows: due, account, person anna, hour.
async fn shown(store: &MemoryStore) -> [usize; 4] {
    [
        store.due("due#1", None, noon(), 100).await.unwrap().len(),
        store.of_account("account:7").await.unwrap().len(),
        store.of_person("anna").await.unwrap().len(),
        store.of_hour(&hour_of(noon())).await.unwrap().len(),
    ]
}

#[tokio::test]
async fn the_memory_store_conforms() {
    let cases = conformance::run(&Memory).await.expect("conforms");
    assert_eq!(cases, 31, "every case ran");
}

#[tokio::test]
async fn indexes_lag_by_so_many_commits_and_keys_do_not() {
    let store = MemoryStore::lagging(2);
    for (sk, seen) in [("a", 0), ("b", 0), ("c", 1), ("d", 2)] {
        commit(&store, vec![put(sk, Guard::Absent, "anna")])
            .await
            .unwrap();
        assert_eq!(shown(&store).await, [seen; 4], "{sk}");
        let strong = store.get(&[key(sk)]).await.unwrap();
        assert!(strong.iter().all(Option::is_some), "{sk}");
    }
    assert_eq!(store.partition("R#lead:1").await.unwrap().len(), 4);
    store.catch_up();
    assert_eq!(shown(&store).await, [4; 4]);
    commit(&store, vec![put("e", Guard::Absent, "anna")])
        .await
        .unwrap();
    assert_eq!(shown(&store).await, [4; 4], "it lags again");
}

#[tokio::test]
async fn a_lagging_index_shows_an_item_as_it_was() {
    let store = MemoryStore::lagging(1);
    commit(&store, vec![put("a", Guard::Absent, "anna")])
        .await
        .unwrap();
    store.catch_up();
    commit(&store, vec![put("a", Guard::Version(1), "ben")])
        .await
        .unwrap();
    let before = store.of_person("anna").await.unwrap();
    let before: Vec<_> = before.into_iter().map(|it| (it.version, it.body)).collect();
    assert_eq!(before, [(1, json!({ "of": "anna" }).into())]);
    assert!(store.of_person("ben").await.unwrap().is_empty());
    let hour = store.of_hour(&hour_of(noon())).await.unwrap();
    assert_eq!(hour.first().map(|item| item.version), Some(1));
    store.catch_up();
    assert!(store.of_person("anna").await.unwrap().is_empty());
    assert_eq!(store.of_person("ben").await.unwrap().len(), 1);
    let hour = store.of_hour(&hour_of(noon())).await.unwrap();
    assert_eq!(hour.first().map(|item| item.version), Some(2));
}

#[tokio::test]
async fn what_is_swept_stays_in_a_lagging_index_for_a_while() {
    let store = MemoryStore::lagging(1);
    let expiring = Put {
        expires: Some(Timestamp::UNIX_EPOCH),
        ..put("a", Guard::Absent, "anna")
    };
    commit(&store, vec![expiring]).await.unwrap();
    store.catch_up();
    assert_eq!(store.sweep(noon()), 1);
    assert_eq!(store.get(&[key("a")]).await.unwrap(), [None]);
    assert_eq!(shown(&store).await, [1; 4]);
    store.catch_up();
    assert_eq!(shown(&store).await, [0; 4]);
}

#[tokio::test]
async fn an_item_expires_when_its_second_is_over() {
    let store = MemoryStore::new();
    let expiring = Put {
        expires: Some(noon()),
        ..put("a", Guard::Absent, "anna")
    };
    commit(&store, vec![expiring]).await.unwrap();
    assert_eq!(store.sweep(noon()), 0);
    let later = noon() + jiff::SignedDuration::from_secs(1);
    assert_eq!(store.sweep(later), 1);
}

#[tokio::test]
async fn round_trips_are_counted() {
    let store = MemoryStore::new();
    let trips = |before: u64| store.pages_read() - before;
    for sk in ["a", "b", "c"] {
        let large = Put {
            body: json!({ "text": "x".repeat(400_000) }).into(),
            ..put(sk, Guard::Absent, "anna")
        };
        commit(&store, vec![large]).await.unwrap();
    }
    assert_eq!(store.pages_read(), 0, "a commit reads nothing");
    store.partition("R#none").await.unwrap();
    assert_eq!(trips(0), 1, "even nothing is asked for");
    store.partition("R#lead:1").await.unwrap();
    assert_eq!(trips(1), 2, "1.2 MB are two pages");
    shown(&store).await;
    assert_eq!(trips(3), 6, "two pages each where the index has it all");
    store.get(&[key("a"), key("b"), key("c")]).await.unwrap();
    assert_eq!(trips(9), 1, "one read takes 16 MB");
}

#[tokio::test]
async fn a_refusal_names_the_limit() {
    let store = MemoryStore::new();
    let many: Vec<Put> = (0..101)
        .map(|number| put(&number.to_string(), Guard::Absent, "anna"))
        .collect();
    let text = |length| Put {
        body: json!({ "text": "x".repeat(length) }).into(),
        ..put("a", Guard::Absent, "anna")
    };
    let eleven = (0..11).map(|number| Put {
        key: key(&number.to_string()),
        ..text(400_000)
    });
    for (puts, said) in [
        (Vec::new(), "at least 1 item"),
        (many, "at most 100 items, and this one has 101"),
        (vec![text(1), text(1)], "R#lead:1/a twice"),
        (vec![text(409_600)], "at most 400 KB (409600 bytes)"),
        (eleven.collect(), "at most 4 MB (4194304 bytes)"),
    ] {
        let Err(CommitError::Store(StoreError::Refused(why))) = commit(&store, puts).await else {
            unreachable!("not refused: {said}");
        };
        assert!(why.contains(said), "{why}");
    }
    assert!(store.everything().is_empty());
}

#[tokio::test]
async fn it_throttles_and_contends_as_often_as_it_is_told_to() {
    let store = MemoryStore::new();
    store.throttle_next(2);
    store.contend_next(1);
    store.throttle_next_reads(1);
    let mut ended = Vec::new();
    for _ in 0..4 {
        let check = Check {
            key: key("none"),
            version: 1,
        };
        let transaction = Transaction {
            puts: Vec::new(),
            checks: vec![check],
        };
        ended.push(match store.commit(transaction).await {
            Err(CommitError::Store(StoreError::Throttled(_))) => "throttled",
            Err(CommitError::Contended) => "contended",
            Err(CommitError::Stale(_)) => "stale",
            _ => "something else",
        });
    }
    assert_eq!(ended, ["throttled", "throttled", "contended", "stale"]);
    let read = store.partition("R#lead:1").await;
    assert!(matches!(read, Err(StoreError::Throttled(_))), "{read:?}");
    assert_eq!(store.partition("R#lead:1").await, Ok(Vec::new()));
}
