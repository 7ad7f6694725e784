use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use contracts::Key;
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};

/// How many bytes a unit reads.
const UNIT: usize = 4_096;
/// How much of an item in the table is beside its body, in bytes, at the most.
const AROUND: usize = 300;

/// What was asked of a table: round trips, rows and halves of read units, which do not vary as times do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Requests.
    pub trips: usize,
    /// Items that came back, or were asked for by their keys.
    pub rows: usize,
    /// Halves of read units: a query of an index costs one for each 4 KB, any other read two.
    pub half_units: usize,
}

/// A store that counts what its reads cost.
#[derive(Debug, Default)]
pub struct CountedStore {
    inside: MemoryStore,
    trips: AtomicUsize,
    rows: AtomicUsize,
    half_units: AtomicUsize,
}

impl CountedStore {
    /// What was asked since the last call.
    pub fn cost(&self) -> Cost {
        Cost {
            trips: self.trips.swap(0, Relaxed),
            rows: self.rows.swap(0, Relaxed),
            half_units: self.half_units.swap(0, Relaxed),
        }
    }

    fn count(&self, rows: usize, half_units: usize) {
        self.trips.fetch_add(1, Relaxed);
        self.rows.fetch_add(rows, Relaxed);
        self.half_units.fetch_add(half_units, Relaxed);
    }

    /// A query of an index, which is charged by all that came back.
    fn queried(&self, found: &[Item]) {
        let bytes: usize = found.iter().map(size).sum();
        self.count(found.len(), bytes.div_ceil(UNIT).max(1));
    }
}

/// How large an item is in the table, or larger: as JSON, which the table keeps packed.
fn size(item: &Item) -> usize {
    item.body.text().map_or(0, |text| text.len()) + AROUND
}

impl Store for CountedStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.partition(pk).await?;
        let bytes: usize = found.iter().map(size).sum();
        self.count(found.len(), 2 * bytes.div_ceil(UNIT).max(1));
        Ok(found)
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        let found = self.inside.get(keys).await?;
        let of = |item: &Option<Item>| item.as_ref().map_or(1, |it| size(it).div_ceil(UNIT));
        self.count(keys.len(), 2 * found.iter().map(of).sum::<usize>());
        Ok(found)
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        self.inside.commit(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        let found = self.inside.due(shard, after, until, limit).await?;
        self.count(found.len(), (found.len() * AROUND).div_ceil(UNIT).max(1));
        Ok(found)
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        let found = self.inside.of_account(account).await?;
        self.count(found.len(), (found.len() * AROUND).div_ceil(UNIT).max(1));
        Ok(found)
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.of_person(person).await?;
        self.queried(&found);
        Ok(found)
    }

    async fn some_of_person(
        &self,
        person: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.some_of_person(person, after, limit).await?;
        self.queried(&found);
        Ok(found)
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.of_hour(hour).await?;
        self.queried(&found);
        Ok(found)
    }
}
