use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contracts::Key;
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};

/// A store in memory that is watched: it keeps what was asked of it, and a hook says of each commit
/// what comes in its way.
#[derive(Clone, Default)]
pub struct WatchedStore {
    store: Arc<MemoryStore>,
    asked: Arc<Mutex<Asked>>,
    hook: Arc<Mutex<Option<Hook>>>,
}

type Hook = Box<dyn FnMut(&Transaction) -> InTheWay + Send>;

#[derive(Debug, Default)]
struct Asked {
    partitions: Vec<String>,
    keys: Vec<Key>,
    commits: Vec<Transaction>,
}

/// What comes in the way of a commit.
#[derive(Debug)]
pub enum InTheWay {
    /// Nothing.
    Nothing,
    /// Somebody else commits this before.
    Other(Transaction),
    /// It fails without having happened.
    Fails(CommitError),
}

impl std::fmt::Debug for WatchedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedStore").finish_non_exhaustive()
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl WatchedStore {
    /// An empty one.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The store itself, of which nothing is watched.
    #[must_use]
    pub fn inside(&self) -> &MemoryStore {
        &self.store
    }

    /// Asks this of every commit.
    pub fn upon_commits(&self, hook: impl FnMut(&Transaction) -> InTheWay + Send + 'static) {
        *held(&self.hook) = Some(Box::new(hook));
    }

    /// The partitions that were read, in order.
    #[must_use]
    pub fn partitions(&self) -> Vec<String> {
        held(&self.asked).partitions.clone()
    }

    /// The keys that were read, in order.
    #[must_use]
    pub fn keys(&self) -> Vec<Key> {
        held(&self.asked).keys.clone()
    }

    /// What was to be committed, in order, whatever came of it.
    #[must_use]
    pub fn commits(&self) -> Vec<Transaction> {
        held(&self.asked).commits.clone()
    }
}

impl Store for WatchedStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        held(&self.asked).partitions.push(pk.to_owned());
        self.store.partition(pk).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        held(&self.asked).keys.extend_from_slice(keys);
        self.store.get(keys).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        held(&self.asked).commits.push(transaction.clone());
        let hook = held(&self.hook).as_mut().map(|hook| hook(&transaction));
        match hook.unwrap_or(InTheWay::Nothing) {
            InTheWay::Nothing => {}
            InTheWay::Other(other) => self.store.commit(other).await?,
            InTheWay::Fails(error) => return Err(error),
        }
        self.store.commit(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.store.due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.store.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.store.of_person(person).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.store.of_hour(hour).await
    }
}

/// Puts a record into a table as the copy that crm-sync keeps of it.
///
/// # Panics
/// If it is there already.
pub async fn keep(store: &impl Store, record: crm::Record) {
    let key = Key::record(&record.id);
    let state = contracts::state::RecordState {
        record,
        sequence: 1,
    };
    put(store, key, &state).await;
}

/// Puts a state into a table, for the first time.
///
/// # Panics
/// If it is there already.
pub async fn put<T: serde::Serialize>(store: &impl Store, key: Key, state: &T) {
    let indexes = contracts::Indexes::default();
    let put = store::put_state::<_, ()>(key, state, None, indexes).expect("a state");
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
pub async fn state_of<T: serde::de::DeserializeOwned>(store: &impl Store, key: Key) -> Option<T> {
    let found = store.get(&[key]).await.expect("an answer");
    let item = found.into_iter().flatten().next()?;
    let read = store::Versioned::<T>::read(item).expect("a state");
    Some(read.state)
}

/// The audit records of a table, in the order of their keys.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn audits(store: &MemoryStore) -> Vec<contracts::AuditRecord> {
    let items = store.everything().into_iter();
    items
        .filter(|item| item.key.is_audit())
        .map(|item| serde_json::from_value(item.body).expect("an audit record"))
        .collect()
}
