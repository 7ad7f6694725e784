use contracts::{Indexes, hour_of};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::given::{Outcome, commit, key, new_put, said, same, simple};
use crate::{
    port::{Check, CommitError, Guard, Put, Store, StoreError, Transaction},
    size::size_of_item,
};

/// The most bytes of an item.
pub(super) const ITEM: usize = 400 * 1024;

/// The same put with a text in its body that makes its item this large.
pub(super) fn filled(mut put: Put, bytes: usize) -> Result<Put, String> {
    fill(&mut put, 0)?;
    let missing = bytes.checked_sub(size_of_item(&put));
    fill(&mut put, missing.ok_or("it is larger than that already")?)?;
    Ok(put)
}

fn fill(put: &mut Put, length: usize) -> Outcome {
    let mut body = said(put.body.json())?;
    if let Value::Object(fields) = &mut body {
        fields.insert("fill".to_owned(), Value::String("x".repeat(length)));
    }
    put.body = body.into();
    Ok(())
}

fn writing(puts: Vec<Put>) -> Transaction {
    Transaction {
        puts,
        checks: Vec::new(),
    }
}

/// The table refuses, and says so in a way that nobody tries again.
async fn refuses<S: Store>(store: &S, transaction: Transaction) -> Outcome {
    match store.commit(transaction).await {
        Err(CommitError::Store(StoreError::Refused(_))) => Ok(()),
        other => Err(format!("it was not refused: {other:?}")),
    }
}

pub(super) async fn a_hundred_items_are_written_together_and_no_more<S: Store>(
    store: &S,
) -> Outcome {
    commit(store, vec![simple("R#lead:1", "record")]).await?;
    let with = |count: usize| Transaction {
        puts: (0..count)
            .map(|number| simple("A#lead:1", &format!("{number:03}")))
            .collect(),
        checks: vec![Check {
            key: key("R#lead:1", "record"),
            version: 1,
        }],
    };
    refuses(store, with(100)).await?;
    same(&said(store.partition("A#lead:1").await)?.len(), &0)?;
    said(store.commit(with(99)).await)?;
    same(&said(store.partition("A#lead:1").await)?.len(), &99)
}

pub(super) async fn a_hundred_keys_are_read_together_and_no_more<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("A#lead:1", "099")]).await?;
    let keys: Vec<_> = (0..101)
        .map(|number| key("A#lead:1", &format!("{number:03}")))
        .collect();
    match store.get(&keys).await {
        Err(StoreError::Refused(_)) => {}
        other => return Err(format!("101 keys were not refused: {other:?}")),
    }
    let hundred: Vec<_> = keys.into_iter().take(100).collect();
    let found = said(store.get(&hundred).await)?;
    let there = found.iter().position(Option::is_some);
    same(&(found.len(), there), &(100, Some(99)))
}

pub(super) async fn a_transaction_names_each_item_once<S: Store>(store: &S) -> Outcome {
    commit(store, vec![simple("R#lead:1", "record")]).await?;
    let twice = vec![simple("R#lead:1", "new"), simple("R#lead:1", "new")];
    refuses(store, writing(twice)).await?;
    let put = Put {
        guard: Guard::Version(1),
        ..simple("R#lead:1", "record")
    };
    let written_and_checked = Transaction {
        puts: vec![put],
        checks: vec![Check {
            key: key("R#lead:1", "record"),
            version: 1,
        }],
    };
    refuses(store, written_and_checked).await?;
    let found = said(store.partition("R#lead:1").await)?;
    let versions: Vec<_> = found.iter().map(|item| item.version).collect();
    same(&versions, &vec![1])
}

pub(super) async fn an_empty_transaction_is_refused<S: Store>(store: &S) -> Outcome {
    refuses(store, Transaction::default()).await
}

pub(super) async fn an_item_of_400_kb_is_kept_and_no_larger<S: Store>(store: &S) -> Outcome {
    let put = |sk, bytes| filled(simple("R#lead:1", sk), bytes);
    refuses(store, writing(vec![put("large", ITEM.saturating_add(1))?])).await?;
    commit(store, vec![put("full", ITEM)?]).await?;
    same(&said(store.partition("R#lead:1").await)?.len(), &1)
}

pub(super) async fn within_a_transaction_an_item_has_the_same_limit<S: Store>(
    store: &S,
) -> Outcome {
    let puts = |bytes| -> Result<Vec<Put>, String> {
        let large = filled(simple("R#lead:1", "large"), bytes)?;
        Ok(vec![simple("A#lead:1", "d1"), large])
    };
    refuses(store, writing(puts(ITEM.saturating_add(1))?)).await?;
    same(&said(store.partition("A#lead:1").await)?.len(), &0)?;
    commit(store, puts(ITEM)?).await
}

/// An item with every kind of value, number, index and guard is as large as we say it is.
pub(super) async fn every_kind_of_value_counts_to_the_byte<S: Store>(store: &S) -> Outcome {
    let at: Timestamp = said("2026-11-22T12:00:00.123Z".parse())?;
    let body = json!({
        "text": "Grüße, 東京 — \"quoted\"", "empty": "", "yes": true, "nothing": null,
        "list": [1, "two", [], {}, [[null]]], "map": { "a.b": { "größe": 1 } },
        "numbers": [
            0, -0.0, 7, 42, 123, 1000, 1010, -3, -42, 12.5, 100.5, 0.15, -0.015, 1.25e-7, 6.02e23,
            2.71, 12345.678, 0.1, 1e100, 9_007_199_254_740_991_i64, u64::MAX, i64::MIN,
        ],
    });
    let indexes = Indexes {
        due: Some(("due#1".to_owned(), at)),
        account: Some("account:7".to_owned()),
        person: Some("änna".to_owned()),
        hour: Some((hour_of(at), at)),
    };
    let put = |sk: &str, bytes| {
        let put = Put {
            indexes: indexes.clone(),
            expires: Some(Timestamp::MAX),
            ..new_put("R#lead:1", sk, body.clone())
        };
        filled(put, bytes)
    };
    refuses(store, writing(vec![put("large", ITEM.saturating_add(1))?])).await?;
    commit(store, vec![put("full", ITEM)?]).await
}

pub(super) async fn four_mb_are_written_together_and_no_more<S: Store>(store: &S) -> Outcome {
    let puts = |count: usize| -> Result<Vec<Put>, String> {
        let put = |number| filled(simple("A#lead:1", &format!("{number:02}")), ITEM);
        (0..count).map(put).collect()
    };
    refuses(store, writing(puts(11)?)).await?;
    same(&said(store.partition("A#lead:1").await)?.len(), &0)?;
    commit(store, puts(10)?).await
}
