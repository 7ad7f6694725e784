use contracts::Key;
use jiff::Timestamp;

use crate::port::{CommitError, DueItem, Item, Store, StoreError, Transaction};

/// A table that can be read and never written: for whoever asks for others, and must not change anything whatever they
/// are asked.
#[derive(Debug, Clone)]
pub struct Reading<S>(S);

impl<S: Store> Reading<S> {
    /// Reads this table.
    #[must_use]
    pub const fn new(store: S) -> Self {
        Self(store)
    }
}

impl<S: Store> Store for Reading<S> {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.0.partition(pk).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.0.get(keys).await
    }

    async fn commit(&self, _: Transaction) -> Result<(), CommitError> {
        let why = "it is only read here, and nothing is written".to_owned();
        Err(StoreError::Refused(why).into())
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.0.due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.0.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_person(person).await
    }

    async fn some_of_person(
        &self,
        person: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.0.some_of_person(person, after, limit).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.0.of_hour(hour).await
    }
}
