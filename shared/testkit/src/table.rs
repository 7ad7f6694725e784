//! What is put into a table and taken out of it.

use contracts::{AuditRecord, Indexes, Key, state::RecordState};
use crm::Record;

use store::{MemoryStore, Store, Transaction, Versioned, put_state};

/// Puts a record into a table as the copy that crm-sync keeps of it.
///
/// # Panics
/// If it is there already.
pub async fn keep(store: &impl Store, record: Record) {
    let key = Key::record(&record.id);
    let state = RecordState {
        record,
        sequence: 1,
    };
    put(store, key, &state).await;
}

/// Puts a state into a table, for the first time.
///
/// # Panics
/// If it is there already.
pub async fn put<T: store::ItemState>(store: &impl Store, key: Key, state: &T) {
    let indexes = Indexes::default();
    let put = put_state::<_, ()>(key, state, None, indexes);
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    store.commit(transaction).await.expect("a new item");
}

/// The state under a key, if there is one.
///
/// # Panics
/// If it is no such state.
pub async fn state_of<T: store::ItemState>(store: &impl Store, key: Key) -> Option<T> {
    let found = store.get(&[key]).await.expect("an answer");
    let item = found.into_iter().flatten().next()?;
    let read = Versioned::<T>::read(item).expect("a state");
    Some(read.state)
}

/// The audit records of a table, in the order of their keys.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn audits(store: &MemoryStore) -> Vec<AuditRecord> {
    let items = store.everything().into_iter();
    items
        .filter(|item| item.key.is_audit())
        .map(|item| item.body.read().expect("an audit record"))
        .collect()
}
