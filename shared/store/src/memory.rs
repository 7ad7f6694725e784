use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use contracts::{Indexes, Key};
use jiff::Timestamp;
use serde_json::Value;

use crate::port::{CommitError, DueItem, Guard, Item, Store, StoreError, Transaction};

#[derive(Debug, Clone)]
struct Kept {
    version: u64,
    body: Value,
    indexes: Indexes,
}

/// A store in memory, for tests and simulations. It behaves as the table does, except that its
/// indexes never lag.
#[derive(Debug, Default)]
pub struct MemoryStore {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    items: BTreeMap<Key, Kept>,
    /// The new items in the order of their commits, as the table's stream would show them.
    inserted: Vec<Item>,
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A test that panicked elsewhere must not hide its own message behind a poisoned lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The items inserted since the last call, in order: what the table's stream would carry.
    #[must_use]
    pub fn drain_inserted(&self) -> Vec<Item> {
        std::mem::take(&mut self.lock().inserted)
    }

    /// Every item, ordered by key.
    #[must_use]
    pub fn everything(&self) -> Vec<Item> {
        self.select(|_, _| true)
    }

    fn select(&self, wanted: impl Fn(&Key, &Indexes) -> bool) -> Vec<Item> {
        self.lock()
            .items
            .iter()
            .filter(|(key, kept)| wanted(key, &kept.indexes))
            .map(|(key, kept)| item(key, kept))
            .collect()
    }
}

fn item(key: &Key, kept: &Kept) -> Item {
    Item {
        key: key.clone(),
        version: kept.version,
        body: kept.body.clone(),
    }
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
}

impl Store for MemoryStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        Ok(self.select(|key, _| key.pk == pk))
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let state = self.lock();
        Ok(keys
            .iter()
            .map(|key| state.items.get(key).map(|kept| item(key, kept)))
            .collect())
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        let mut state = self.lock();
        let stale = state.stale(&transaction);
        if !stale.is_empty() {
            return Err(CommitError::Stale(stale));
        }
        for put in transaction.puts {
            let kept = Kept {
                version: put.next_version(),
                body: put.body,
                indexes: put.indexes,
            };
            if put.guard == Guard::Absent {
                let inserted = item(&put.key, &kept);
                state.inserted.push(inserted);
            }
            state.items.insert(put.key, kept);
        }
        Ok(())
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        let mut found: Vec<DueItem> = self
            .lock()
            .items
            .iter()
            .filter_map(|(key, kept)| match &kept.indexes.due {
                Some((on, due)) if on == shard && *due <= until => Some(DueItem {
                    key: key.clone(),
                    due: *due,
                }),
                _ => None,
            })
            .collect();
        found.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
        if let Some(after) = after {
            found.retain(|item| (item.due, &item.key) > (after.due, &after.key));
        }
        found.truncate(limit);
        Ok(found)
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        let items = self.select(|_, indexes| indexes.account.as_deref() == Some(account));
        Ok(items.into_iter().map(|item| item.key).collect())
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        Ok(self.select(|_, indexes| indexes.person.as_deref() == Some(person)))
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        let mut found: Vec<(Timestamp, Item)> = self
            .lock()
            .items
            .iter()
            .filter_map(|(key, kept)| match &kept.indexes.hour {
                Some((of, at)) if of == hour => Some((*at, item(key, kept))),
                _ => None,
            })
            .collect();
        found.sort_by(|a, b| (a.0, &a.1.key).cmp(&(b.0, &b.1.key)));
        Ok(found.into_iter().map(|(_, item)| item).collect())
    }
}
