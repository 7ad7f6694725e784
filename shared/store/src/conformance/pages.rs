use contracts::{Indexes, hour_of};
use jiff::{SignedDuration, Timestamp};

use super::{
    given::{Outcome, commit, key, said, same, simple},
    limits::{ITEM, filled},
};
use crate::port::{Put, Store};

/// As many items as fill a page of 1 MB, half another, and one more that is small.
const SIZES: [usize; 5] = [ITEM, ITEM, ITEM, ITEM, 200];

fn name(number: usize) -> String {
    format!("{number:03}")
}

pub(super) async fn a_partition_of_several_pages_comes_whole<S: Store>(store: &S) -> Outcome {
    for (number, bytes) in SIZES.into_iter().enumerate() {
        let put = filled(simple("A#lead:1", &name(number)), bytes)?;
        commit(store, vec![put]).await?;
    }
    let found = said(store.partition("A#lead:1").await)?;
    let found: Vec<_> = found.into_iter().map(|item| item.key.sk).collect();
    same(&found, &(0..SIZES.len()).map(name).collect())
}

pub(super) async fn an_index_of_several_pages_comes_whole_and_in_order<S: Store>(
    store: &S,
) -> Outcome {
    let noon: Timestamp = said("2026-11-22T12:00:00Z".parse())?;
    let mut at = noon;
    for (number, bytes) in SIZES.into_iter().enumerate() {
        // The latest first, so that the index's order is not that of the keys.
        at = said(at.checked_sub(SignedDuration::from_secs(1)))?;
        let hour = said(noon.checked_sub(SignedDuration::from_mins(1)))?;
        let put = Put {
            indexes: Indexes {
                person: Some("anna".to_owned()),
                hour: Some((hour_of(hour), at)),
                ..Indexes::default()
            },
            ..simple("A#lead:1", &name(number))
        };
        commit(store, vec![filled(put, bytes)?]).await?;
    }
    let of_person = said(store.of_person("anna").await)?;
    let mut of_person: Vec<_> = of_person.into_iter().map(|item| item.key.sk).collect();
    of_person.sort();
    same(&of_person, &(0..SIZES.len()).map(name).collect())?;
    let of_hour = said(store.of_hour("2026-11-22T11").await)?;
    let of_hour: Vec<_> = of_hour.into_iter().map(|item| item.key.sk).collect();
    same(&of_hour, &(0..SIZES.len()).rev().map(name).collect())
}

/// Each once, whatever is gone meanwhile.
pub(super) async fn an_index_comes_some_at_a_time<S: Store>(store: &S) -> Outcome {
    for number in 0..SIZES.len() {
        let put = Put {
            indexes: Indexes {
                person: Some("anna".to_owned()),
                ..Indexes::default()
            },
            ..simple(&format!("A#lead:{number}"), &name(number))
        };
        commit(store, vec![put]).await?;
    }
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let some = said(store.some_of_person("anna", after.as_ref(), 2).await)?;
        let Some(last) = some.last() else { break };
        same(&(some.len() <= 2), &true)?;
        after = Some(last.key.clone());
        seen.extend(some.into_iter().map(|item| item.key.sk));
    }
    seen.sort();
    same(&seen, &(0..SIZES.len()).map(name).collect())
}

/// Together more than the 16 MB that one read by keys carries.
pub(super) async fn keys_of_several_reads_come_whole<S: Store>(store: &S) -> Outcome {
    const COUNT: usize = 42;
    for number in 0..COUNT {
        let put = filled(simple("A#lead:1", &name(number)), ITEM)?;
        commit(store, vec![put]).await?;
    }
    let keys = (0..COUNT).rev().map(|it| key("A#lead:1", &name(it)));
    let keys: Vec<_> = keys.collect();
    let found = said(store.get(&keys).await)?;
    let found: Vec<_> = found.into_iter().flatten().map(|item| item.key).collect();
    same(&found, &keys)
}
