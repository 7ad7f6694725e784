//! One suite for every store: what the port promises, checked against a real implementation.
//!
//! Each case takes an empty store and says in one sentence what was not so.

mod commits;
mod indexes;

use std::future::Future;

use contracts::{Indexes, Key};
use serde_json::{Value, json};

use crate::port::{Guard, Put, Store, Transaction};

/// What a case says: nothing, or what was not so.
pub type Outcome = Result<(), String>;

/// Runs every case on a fresh store and says how many there were.
///
/// # Errors
/// The first case that was not so, with what was not so.
pub async fn run<S, F, N>(fresh: F) -> Result<usize, String>
where
    S: Store + 'static,
    F: Fn() -> N,
    N: Future<Output = S>,
{
    let mut count = 0_usize;
    macro_rules! cases {
        ($($case:path),+ $(,)?) => {
            $(
                let store = fresh().await;
                $case(&store)
                    .await
                    .map_err(|why| format!("{}: {why}", stringify!($case)))?;
                count = count.saturating_add(1);
            )+
        };
    }
    cases![
        commits::a_new_item_reads_back,
        commits::every_kind_of_value_reads_back,
        commits::absent_is_refused_when_present,
        commits::an_old_version_is_refused,
        commits::nothing_is_written_if_one_guard_fails,
        commits::a_failed_check_names_its_key,
        commits::every_failed_guard_is_named,
        commits::a_partition_is_read_whole_and_in_order,
        commits::keys_are_read_in_the_order_asked,
        commits::of_two_racers_one_wins,
        indexes::deadlines_come_in_order_and_not_early,
        indexes::a_moved_deadline_leaves_the_index,
        indexes::the_limit_keeps_the_longest_due,
        indexes::deadlines_go_on_behind_the_last_one,
        indexes::accounts_and_persons_find_their_items,
        indexes::an_hour_is_read_oldest_first,
    ];
    Ok(count)
}

pub(crate) fn key(pk: &str, sk: &str) -> Key {
    Key {
        pk: pk.to_owned(),
        sk: sk.to_owned(),
    }
}

pub(crate) fn new_put(pk: &str, sk: &str, body: Value) -> Put {
    Put {
        key: key(pk, sk),
        body,
        guard: Guard::Absent,
        indexes: Indexes::default(),
        expires: None,
    }
}

pub(crate) fn simple(pk: &str, sk: &str) -> Put {
    new_put(pk, sk, json!({ "of": sk }))
}

pub(crate) async fn commit<S: Store>(store: &S, puts: Vec<Put>) -> Outcome {
    let transaction = Transaction {
        puts,
        checks: Vec::new(),
    };
    said(store.commit(transaction).await)
}

pub(crate) fn said<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|why| why.to_string())
}

pub(crate) fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err(format!("found {found:?}, expected {expected:?}"))
    }
}
