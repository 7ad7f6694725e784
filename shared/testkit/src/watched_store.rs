use std::sync::{Arc, Mutex};

use contracts::Key;
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};

use crate::held::held;

/// A store in memory that is watched: it keeps what was asked of it, and a hook says of each commit
/// what comes in its way.
#[derive(Clone, Default)]
pub struct WatchedStore {
    store: Arc<MemoryStore>,
    asked: Arc<Mutex<Asked>>,
    hook: Arc<Mutex<Option<Hook>>>,
}

/// More than any test commits to one store: whoever tries again for ever is stopped.
const MOST_COMMITS: usize = 20_000;

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
        {
            let mut asked = held(&self.asked);
            assert!(asked.commits.len() < MOST_COMMITS, "this has no end");
            asked.commits.push(transaction.clone());
        }
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
