mod indexes;
mod kept;
mod limits;
mod pages;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use contracts::Key;
use jiff::Timestamp;

use crate::port::{CommitError, DueItem, Guard, Item, Store, StoreError, Transaction};
use crate::size::size_of_item;

use self::{
    indexes::{Change, SparseIndexes},
    kept::Kept,
    limits::{check_bytes, check_keys, check_transaction},
    pages::{reads_of, whole},
};

/// A store in memory, for tests and simulations. It behaves as the table does: it refuses what the
/// table refuses, reads in pages of the same size, keeps what has expired until it is swept, and
/// its indexes lag if they are told to ([`MemoryStore::lagging`]).
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
    typed: bool,
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<Key, Arc<Kept>>,
    indexes: SparseIndexes,
    /// The new items in the order of their commits, as the table's stream would show them.
    inserted: Vec<Item>,
    pages_read: u64,
    /// How many of the next commits and reads are turned away.
    contended: u32,
    throttled: u32,
    throttled_reads: u32,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty store whose indexes show it as it was so many commits ago, or until
    /// [`MemoryStore::catch_up`]. Reads by key do not lag.
    #[must_use]
    pub fn lagging(commits: usize) -> Self {
        let state = State {
            indexes: SparseIndexes::lagging(commits),
            ..State::default()
        };
        Self {
            state: Mutex::new(state),
            typed: false,
        }
    }

    /// The same, keeping states as they are and not as JSON. It is several times faster, and counts no
    /// bytes: whatever the size of an item, it is taken, and whatever is asked for is one page.
    #[must_use]
    pub fn typed(mut self) -> Self {
        self.typed = true;
        self
    }

    /// Lets the indexes show everything that was committed until now; they lag again afterwards.
    pub fn catch_up(&self) {
        self.lock().indexes.catch_up();
    }

    /// Turns so many of the next commits away as a throttling table does.
    pub fn throttle_next(&self, commits: u32) {
        self.lock().throttled = commits;
    }

    /// Turns so many of the next reads away as a throttling table does.
    pub fn throttle_next_reads(&self, reads: u32) {
        self.lock().throttled_reads = reads;
    }

    /// Turns so many of the next commits away as if another transaction were at the same items.
    pub fn contend_next(&self, commits: u32) {
        self.lock().contended = commits;
    }

    /// Forgets what has expired by `now`, as the table does within days, and says how many items
    /// that were.
    pub fn sweep(&self, now: Timestamp) -> usize {
        let mut state = self.lock();
        let expired = state.items.values().filter(|kept| kept.is_expired(now));
        let expired: Vec<Key> = expired.map(|kept| kept.key.clone()).collect();
        for key in &expired {
            // The table deletes item by item, and so the indexes learn of it.
            let change = Change {
                before: state.items.remove(key),
                after: None,
            };
            state.indexes.add(vec![change]);
        }
        expired.len()
    }

    /// How many round trips its reads have taken so far: pages of at most 1 MB of a query, reads of
    /// at most 16 MB by keys.
    #[must_use]
    pub fn pages_read(&self) -> u64 {
        self.lock().pages_read
    }

    /// The items inserted since the last call, in order: what the table's stream would carry.
    #[must_use]
    pub fn drain_inserted(&self) -> Vec<Item> {
        std::mem::take(&mut self.lock().inserted)
    }

    /// When the first of all deadlines is due, as the indexes show them.
    #[must_use]
    pub fn earliest_due(&self) -> Option<Timestamp> {
        self.lock().indexes.earliest_due()
    }

    /// What is due by an instant, as the indexes show it.
    #[must_use]
    pub fn due_by(&self, until: Timestamp) -> Vec<DueItem> {
        self.lock().indexes.due_by(until)
    }

    /// Every item, ordered by key.
    #[must_use]
    pub fn everything(&self) -> Vec<Item> {
        let state = self.lock();
        state.items.values().map(|kept| kept.item()).collect()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked elsewhere must not hide its own message behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads something and counts its pages.
    fn read<T>(&self, what: impl FnOnce(&State) -> (T, u64)) -> Result<T, StoreError> {
        let mut state = self.lock();
        if take_one(&mut state.throttled_reads) {
            return Err(throttled());
        }
        let (found, pages) = what(&state);
        state.pages_read = state.pages_read.saturating_add(pages);
        Ok(found)
    }
}

/// A transaction whose bodies are JSON, as they leave the process.
fn written(mut transaction: Transaction) -> Result<Transaction, StoreError> {
    for put in &mut transaction.puts {
        let body = put.body.clone().into_json();
        put.body = body.map_err(|why| StoreError::Malformed(put.key.clone(), why.to_string()))?;
    }
    Ok(transaction)
}

/// Whether there was one left.
const fn take_one(left: &mut u32) -> bool {
    let any = *left > 0;
    *left = left.saturating_sub(1);
    any
}

fn throttled() -> StoreError {
    StoreError::Throttled("it was told to throttle".to_owned())
}

impl State {
    fn stale(&self, transaction: &Transaction) -> Vec<Key> {
        let version = |key: &Key| self.items.get(key).map(|kept| kept.version);
        let puts = transaction.puts.iter().filter_map(|put| {
            let holds = match put.guard {
                Guard::Absent => version(&put.key).is_none(),
                Guard::Version(expected) => version(&put.key) == Some(expected),
            };
            (!holds).then(|| put.key.clone())
        });
        let checks = transaction
            .checks
            .iter()
            .filter(|check| version(&check.key) != Some(check.version))
            .map(|check| check.key.clone());
        puts.chain(checks).collect()
    }

    fn write(&mut self, transaction: Transaction, counted: bool) {
        let mut changes = Vec::with_capacity(transaction.puts.len());
        for put in transaction.puts {
            let new = put.guard == Guard::Absent;
            let size = if counted { size_of_item(&put) } else { 0 };
            let after = Arc::new(Kept::of(put, size));
            if new {
                self.inserted.push(after.item());
            }
            let before = self.items.insert(after.key.clone(), Arc::clone(&after));
            changes.push(Change {
                before,
                after: Some(after),
            });
        }
        self.indexes.add(changes);
    }
}

impl Store for MemoryStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let from = Key {
            pk: pk.to_owned(),
            sk: String::new(),
        };
        self.read(|state| {
            let found = state.items.range(from..);
            whole(found.take_while(|(key, _)| key.pk == pk).map(|it| it.1))
        })
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        check_keys(keys)?;
        self.read(|state| {
            let kept = |key: &Key| state.items.get(key);
            let reads = match keys {
                [] => 0,
                _ if self.typed => 1,
                _ => {
                    let distinct: BTreeSet<&Key> = keys.iter().collect();
                    let found = distinct.into_iter().filter_map(kept);
                    reads_of(found.map(|kept| kept.size))
                }
            };
            let found = keys.iter().map(|key| kept(key).map(|kept| kept.item()));
            (found.collect(), reads)
        })
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        check_transaction(&transaction)?;
        let transaction = if self.typed {
            transaction
        } else {
            let transaction = written(transaction)?;
            check_bytes(&transaction)?;
            transaction
        };
        let mut state = self.lock();
        if take_one(&mut state.throttled) {
            return Err(throttled().into());
        }
        if take_one(&mut state.contended) {
            return Err(CommitError::Contended);
        }
        let stale = state.stale(&transaction);
        if !stale.is_empty() {
            return Err(CommitError::Stale(stale));
        }
        state.write(transaction, !self.typed);
        Ok(())
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.read(|state| state.indexes.due(shard, after, until, limit))
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.read(|state| state.indexes.of_account(account))
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.read(|state| state.indexes.of_person(person))
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.read(|state| state.indexes.of_hour(hour))
    }
}
