//! What every case needs: how it says what was not so, and items that are easy to write.

use std::future::Future;

use contracts::{Indexes, Key};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::port::{Guard, Put, Store, Transaction};

/// What a case says: nothing, or what was not so.
pub type Outcome = Result<(), String>;

/// A kind of store under test, with what the cases need beside the port.
pub trait Tested {
    /// The store.
    type Store: Store + 'static;

    /// A new, empty store.
    fn fresh(&self) -> impl Future<Output = Self::Store>;

    /// What time it is where things expire.
    fn now(&self) -> Timestamp;

    /// Lets the store forget what has expired by now, which the table does within days.
    fn sweep(&self, store: &Self::Store) -> impl Future<Output = ()>;
}

pub(super) fn key(pk: &str, sk: &str) -> Key {
    Key {
        pk: pk.to_owned(),
        sk: sk.to_owned(),
    }
}

pub(super) fn new_put(pk: &str, sk: &str, body: Value) -> Put {
    Put {
        key: key(pk, sk),
        body: body.into(),
        guard: Guard::Absent,
        indexes: Indexes::default(),
        expires: None,
        whole: None,
    }
}

pub(super) fn simple(pk: &str, sk: &str) -> Put {
    new_put(pk, sk, json!({ "of": sk }))
}

pub(super) async fn commit<S: Store>(store: &S, puts: Vec<Put>) -> Outcome {
    let transaction = Transaction {
        puts,
        checks: Vec::new(),
    };
    said(store.commit(transaction).await)
}

pub(super) fn said<T, E: ToString>(result: Result<T, E>) -> Result<T, String> {
    result.map_err(|why| why.to_string())
}

pub(super) fn same<T: PartialEq + std::fmt::Debug>(found: &T, expected: &T) -> Outcome {
    if found == expected {
        Ok(())
    } else {
        Err(format!("found {found:?}, expected {expected:?}"))
    }
}
