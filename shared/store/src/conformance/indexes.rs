use contracts::{Indexes, hour_of};
use jiff::Timestamp;
use serde_json::json;

use super::given::{Outcome, commit, key, new_put, said, same};
use crate::port::{Guard, Put, Store};

fn at(text: &str) -> Result<Timestamp, String> {
    said(text.parse())
}

fn due(record: &str, at: Timestamp) -> Put {
    Put {
        indexes: Indexes {
            due: Some(("due#1".to_owned(), at)),
            ..Indexes::default()
        },
        ..new_put(&format!("R#{record}"), "clocks", json!({}))
    }
}

pub(super) async fn deadlines_come_in_order_and_not_early<S: Store>(store: &S) -> Outcome {
    let noon = at("2026-11-22T12:00:00Z")?;
    let later = at("2026-11-22T12:00:00.001Z")?;
    let earlier = at("2026-11-21T23:59:59Z")?;
    for (record, at) in [("lead:1", noon), ("lead:2", later), ("lead:3", earlier)] {
        commit(store, vec![due(record, at)]).await?;
    }
    let found = said(store.due("due#1", None, noon, 10).await)?;
    let found: Vec<_> = found.into_iter().map(|it| (it.key.pk, it.due)).collect();
    same(
        &found,
        &vec![
            ("R#lead:3".to_owned(), earlier),
            ("R#lead:1".to_owned(), noon),
        ],
    )?;
    same(&said(store.due("due#2", None, noon, 10).await)?.len(), &0)
}

pub(super) async fn a_moved_deadline_leaves_the_index<S: Store>(store: &S) -> Outcome {
    let noon = at("2026-11-22T12:00:00Z")?;
    commit(store, vec![due("lead:1", noon)]).await?;
    let put = Put {
        guard: Guard::Version(1),
        ..new_put("R#lead:1", "clocks", json!({}))
    };
    commit(store, vec![put]).await?;
    same(&said(store.due("due#1", None, noon, 10).await)?.len(), &0)
}

pub(super) async fn the_limit_keeps_the_longest_due<S: Store>(store: &S) -> Outcome {
    let noon = at("2026-11-22T12:00:00Z")?;
    for minute in [5_i64, 3, 4, 1, 2] {
        let at = said(noon.checked_sub(jiff::SignedDuration::from_mins(minute)))?;
        commit(store, vec![due(&format!("lead:{minute}"), at)]).await?;
    }
    let found = said(store.due("due#1", None, noon, 2).await)?;
    let found: Vec<_> = found.into_iter().map(|it| it.key.pk).collect();
    same(&found, &vec!["R#lead:5".to_owned(), "R#lead:4".to_owned()])
}

pub(super) async fn deadlines_go_on_behind_the_last_one<S: Store>(store: &S) -> Outcome {
    let noon = at("2026-11-22T12:00:00Z")?;
    let before = at("2026-11-22T11:00:00Z")?;
    let instants = [("a", noon), ("b", before), ("c", noon), ("d", noon)];
    for (record, at) in instants {
        commit(store, vec![due(&format!("lead:{record}"), at)]).await?;
    }
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let part = said(store.due("due#1", after.as_ref(), noon, 2).await)?;
        let Some(last) = part.last().cloned() else {
            break;
        };
        found.extend(part.into_iter().map(|it| (it.key.pk, it.due)));
        if found.len() == 2 {
            // The one behind which it goes on has moved meanwhile, as those that were sent do.
            let key = last.key.clone();
            let put = Put {
                guard: Guard::Version(1),
                ..new_put(&key.pk, &key.sk, json!({}))
            };
            commit(store, vec![put]).await?;
        }
        after = Some(last);
    }
    // DynamoDB does not say how items with the same sort key of an index are ordered.
    same(
        &found.first().cloned(),
        &Some(("R#lead:b".to_owned(), before)),
    )?;
    found.sort();
    let mut expected = instants.map(|(record, at)| (format!("R#lead:{record}"), at));
    expected.sort();
    same(&found, &expected.to_vec())
}

pub(super) async fn accounts_and_persons_find_their_items<S: Store>(store: &S) -> Outcome {
    let put = Put {
        indexes: Indexes {
            account: Some("account:7".to_owned()),
            person: Some("anna".to_owned()),
            ..Indexes::default()
        },
        ..new_put("R#lead:1", "record", json!({ "of": "anna" }))
    };
    commit(store, vec![put, new_put("R#lead:2", "record", json!({}))]).await?;
    let of_account = said(store.of_account("account:7").await)?;
    same(&of_account, &vec![key("R#lead:1", "record")])?;
    let of_person = said(store.of_person("anna").await)?;
    let bodies: Vec<_> = of_person.into_iter().map(|item| item.body).collect();
    same(&bodies, &vec![json!({ "of": "anna" }).into()])?;
    same(&said(store.of_person("ben").await)?.len(), &0)
}

pub(super) async fn an_hour_is_read_oldest_first<S: Store>(store: &S) -> Outcome {
    let instants = [
        ("late", at("2026-11-22T12:59:59.999Z")?),
        ("early", at("2026-11-22T12:00:00Z")?),
        ("next", at("2026-11-22T13:00:00Z")?),
    ];
    for (name, at) in instants {
        let put = Put {
            indexes: Indexes {
                hour: Some((hour_of(at), at)),
                ..Indexes::default()
            },
            ..new_put("A#lead:1", name, json!({}))
        };
        commit(store, vec![put]).await?;
    }
    let found = said(store.of_hour("2026-11-22T12").await)?;
    let found: Vec<_> = found.into_iter().map(|item| item.key.sk).collect();
    same(&found, &vec!["early".to_owned(), "late".to_owned()])
}
