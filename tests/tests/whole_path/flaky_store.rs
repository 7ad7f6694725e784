use std::{future::Future, sync::Arc};

use contracts::Key;
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, MemoryStore, Store, StoreError, Transaction};

use crate::faults::{Faults, When};

/// The in-memory store, one of whose calls fails.
#[derive(Debug, Clone)]
pub struct FlakyStore {
    pub inner: Arc<MemoryStore>,
    pub faults: Faults,
}

fn gone() -> StoreError {
    StoreError::Unavailable("a fault of the test".to_owned())
}

impl FlakyStore {
    async fn call<T, E: From<StoreError>>(
        &self,
        work: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        match self.faults.next() {
            None => work.await,
            Some(When::Before) => Err(gone().into()),
            Some(When::After) => {
                let _ = work.await;
                Err(gone().into())
            }
        }
    }
}

impl Store for FlakyStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.call(self.inner.partition(pk)).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.call(self.inner.get(keys)).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        self.call(self.inner.commit(transaction)).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.call(self.inner.due(shard, after, until, limit)).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.call(self.inner.of_account(account)).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.call(self.inner.of_person(person)).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.call(self.inner.of_hour(hour)).await
    }
}
