use contracts::{Indexes, hour_of};
use jiff::{SignedDuration, Timestamp};

use super::{Outcome, Tested, commit, key, said, same, simple};
use crate::port::{CommitError, Put, Store, Transaction};

/// Longer than the clocks of a test and of its database lie apart.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A put with an expiry that is found by a person, an account, an hour and a deadline.
fn expiring(sk: &str, expires: Option<Timestamp>, at: Timestamp) -> Put {
    Put {
        expires,
        indexes: Indexes {
            due: Some(("due#1".to_owned(), at)),
            account: Some("account:7".to_owned()),
            person: Some("anna".to_owned()),
            hour: Some((hour_of(at), at)),
        },
        ..simple("E#1", sk)
    }
}

/// How often an item is found: in its partition, by its key, in the four indexes.
async fn found<S: Store>(store: &S, sk: &str, at: Timestamp) -> Result<[usize; 6], String> {
    let wanted = key("E#1", sk);
    let count = |keys: Vec<contracts::Key>| keys.iter().filter(|key| **key == wanted).count();
    let keys = |items: Vec<crate::port::Item>| items.into_iter().map(|item| item.key).collect();
    let by_key = said(store.get(std::slice::from_ref(&wanted)).await)?;
    let due = said(store.due("due#1", None, at, 100).await)?;
    Ok([
        count(keys(said(store.partition("E#1").await)?)),
        by_key.iter().flatten().count(),
        count(due.into_iter().map(|item| item.key).collect()),
        count(said(store.of_account("account:7").await)?),
        count(keys(said(store.of_person("anna").await)?)),
        count(keys(said(store.of_hour(&hour_of(at)).await)?)),
    ])
}

pub(super) async fn what_has_expired_is_there_until_it_is_swept<T: Tested>(
    tested: &T,
    store: &T::Store,
) -> Outcome {
    let now = tested.now();
    let put = expiring("over", Some(said(now.checked_sub(DAY))?), now);
    commit(store, vec![put.clone()]).await?;
    same(&found(store, "over", now).await?, &[1; 6])?;
    let again = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    same(
        &store.commit(again).await,
        &Err(CommitError::Stale(vec![key("E#1", "over")])),
    )?;
    tested.sweep(store).await;
    same(&found(store, "over", now).await?, &[0; 6])
}

pub(super) async fn what_was_swept_can_be_written_anew<T: Tested>(
    tested: &T,
    store: &T::Store,
) -> Outcome {
    let now = tested.now();
    let put = expiring("over", Some(said(now.checked_sub(DAY))?), now);
    commit(store, vec![put]).await?;
    tested.sweep(store).await;
    commit(store, vec![expiring("over", None, now)]).await?;
    tested.sweep(store).await;
    same(&found(store, "over", now).await?, &[1; 6])
}

pub(super) async fn what_expires_later_or_never_stays<T: Tested>(
    tested: &T,
    store: &T::Store,
) -> Outcome {
    let now = tested.now();
    let later = Some(said(now.checked_add(DAY))?);
    let puts = vec![
        expiring("later", later, now),
        expiring("never", None, now),
        expiring("over", Some(said(now.checked_sub(DAY))?), now),
    ];
    commit(store, puts).await?;
    tested.sweep(store).await;
    same(&found(store, "later", now).await?, &[1; 6])?;
    same(&found(store, "never", now).await?, &[1; 6])?;
    same(&found(store, "over", now).await?, &[0; 6])
}
