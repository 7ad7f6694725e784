use serde_json::json;

use super::given::{Outcome, commit, key, new_put, said, same, simple};
use crate::port::{Check, CommitError, Guard, Put, Store, Transaction};

pub(super) async fn a_new_item_reads_back<S: Store>(store: &S) -> Outcome {
    let whole = Some(said("2026-11-23T09:00:00.25Z".parse())?);
    let put = Put {
        whole,
        ..simple("R#lead:1", "record")
    };
    commit(store, vec![put]).await?;
    let found = said(store.partition("R#lead:1").await)?;
    same(&found.len(), &1)?;
    let item = found.first().ok_or("nothing was found")?;
    same(&item.version, &1)?;
    same(&item.whole, &whole)?;
    same(&item.body, &json!({ "of": "record" }).into())
}

pub(super) async fn every_kind_of_value_reads_back<S: Store>(store: &S) -> Outcome {
    let body = json!({
        "text": "Grüße, 東京 — \"quoted\"", "empty": "", "number": 12.5, "large": 9_007_199_254_740_991_i64,
        "negative": -3, "yes": true, "nothing": null, "list": [1, "two", [], {}], "map": { "a.b": { "c": 1 } },
    });
    commit(store, vec![new_put("R#lead:1", "record", body.clone())]).await?;
    let found = said(store.get(&[key("R#lead:1", "record")]).await)?;
    let item = found
        .into_iter()
        .flatten()
        .next()
        .ok_or("nothing was found")?;
    same(&item.body, &body.into())
}

pub(super) async fn absent_is_refused_when_present<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("A#lead:1", "d1")]).await?;
    let again = Transaction {
        puts: vec![simple("A#lead:1", "d1")],
        checks: Vec::new(),
    };
    same(
        &store.commit(again).await,
        &Err(CommitError::Stale(vec![key("A#lead:1", "d1")])),
    )
}

pub(super) async fn an_old_version_is_refused<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("R#lead:1", "clocks")]).await?;
    let with = |version| Transaction {
        puts: vec![Put {
            guard: Guard::Version(version),
            ..new_put("R#lead:1", "clocks", json!({ "by": version }))
        }],
        checks: Vec::new(),
    };
    said(store.commit(with(1)).await)?;
    same(
        &store.commit(with(1)).await,
        &Err(CommitError::Stale(vec![key("R#lead:1", "clocks")])),
    )?;
    said(store.commit(with(2)).await)?;
    let found = said(store.get(&[key("R#lead:1", "clocks")]).await)?;
    let item = found
        .into_iter()
        .flatten()
        .next()
        .ok_or("nothing was found")?;
    same(&(item.version, item.body), &(3, json!({ "by": 2 }).into()))
}

pub(super) async fn nothing_is_written_if_one_guard_fails<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("A#lead:1", "d1")]).await?;
    let transaction = Transaction {
        puts: vec![simple("R#lead:1", "routing"), simple("A#lead:1", "d1")],
        checks: Vec::new(),
    };
    if store.commit(transaction).await.is_ok() {
        return Err("it was committed".to_owned());
    }
    same(&said(store.partition("R#lead:1").await)?.len(), &0)
}

pub(super) async fn a_failed_check_names_its_key<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("R#lead:1", "record")]).await?;
    let checked = |version| Transaction {
        puts: vec![simple("R#lead:1", "routing")],
        checks: vec![Check {
            key: key("R#lead:1", "record"),
            version,
        }],
    };
    same(
        &store.commit(checked(7)).await,
        &Err(CommitError::Stale(vec![key("R#lead:1", "record")])),
    )?;
    said(store.commit(checked(1)).await)
}

pub(super) async fn every_failed_guard_is_named<S: Store>(store: &S) -> Outcome {
    commit(
        store,
        vec![simple("A#lead:1", "d1"), simple("R#lead:1", "record")],
    )
    .await?;
    let transaction = Transaction {
        puts: vec![simple("A#lead:1", "d1"), simple("R#lead:1", "new")],
        checks: vec![Check {
            key: key("R#lead:1", "record"),
            version: 9,
        }],
    };
    same(
        &store.commit(transaction).await,
        &Err(CommitError::Stale(vec![
            key("A#lead:1", "d1"),
            key("R#lead:1", "record"),
        ])),
    )
}

pub(super) async fn a_partition_is_read_whole_and_in_order<S: Store>(store: &S) -> Outcome {
    // Together more than the 1 MB that one page of a DynamoDB query carries.
    let long = "x".repeat(120_000);
    for name in ["d", "a", "c", "b", "e", "f", "g", "h", "i", "j", "k", "l"] {
        commit(
            store,
            vec![new_put("A#lead:1", name, json!({ "text": long }))],
        )
        .await?;
    }
    commit(store, vec![simple("A#lead:10", "other")]).await?;
    let found = said(store.partition("A#lead:1").await)?;
    let names: Vec<_> = found.iter().map(|item| item.key.sk.as_str()).collect();
    same(
        &names,
        &vec!["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"],
    )
}

pub(super) async fn keys_are_read_in_the_order_asked<S: Store>(store: &S) -> Outcome {
    commit(
        store,
        vec![simple("P#a", "rotation"), simple("P#b", "rotation")],
    )
    .await?;
    let asked = [
        key("P#b", "rotation"),
        key("P#none", "rotation"),
        key("P#a", "rotation"),
        key("P#b", "rotation"),
    ];
    let found = said(store.get(&asked).await)?;
    let keys: Vec<_> = found
        .into_iter()
        .map(|item| item.map(|item| item.key.pk))
        .collect();
    let some = |text: &str| Some(text.to_owned());
    same(&keys, &vec![some("P#b"), None, some("P#a"), some("P#b")])
}

pub(super) async fn of_two_racers_one_wins<S: Store>(store: &S) -> Outcome {
    let transaction = |audit: &str| Transaction {
        puts: vec![simple("P#pool", "rotation"), simple("A#lead:1", audit)],
        checks: Vec::new(),
    };
    let (one, two) = futures_util::future::join(
        store.commit(transaction("one")),
        store.commit(transaction("two")),
    )
    .await;
    let won = u8::from(one.is_ok()).saturating_add(u8::from(two.is_ok()));
    same(&won, &1)?;
    same(&said(store.partition("A#lead:1").await)?.len(), &1)
}
