//! What a page costs: round trips and rows, which do not vary as times do.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use store::{CommitError, DueItem, Item, StoreError, Transaction};

use super::*;
use crate::pages::content_of;

/// A table that counts what is asked of it.
#[derive(Default)]
struct Counted {
    inside: MemoryStore,
    trips: AtomicUsize,
    rows: AtomicUsize,
}

impl Counted {
    fn count(&self, rows: usize) {
        self.trips.fetch_add(1, Relaxed);
        self.rows.fetch_add(rows, Relaxed);
    }
}

impl Store for Counted {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.partition(pk).await?;
        self.count(found.len());
        Ok(found)
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.count(keys.len());
        self.inside.get(keys).await
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
        self.count(found.len());
        Ok(found)
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.inside.of_account(account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.of_person(person).await?;
        self.count(found.len());
        Ok(found)
    }

    async fn some_of_person(
        &self,
        person: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        let found = self.inside.some_of_person(person, after, limit).await?;
        self.count(found.len());
        Ok(found)
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.inside.of_hour(hour).await
    }
}

/// Of a hundred thousand open records, each due some day, five hundred are anna's. No page may ask for what it does not
/// show but as much as is bounded.
#[tokio::test]
async fn what_a_page_asks_for_does_not_grow_with_what_others_have_open() {
    let store = Counted::default();
    for id in 0..100_000_u32 {
        let record = record_id(&format!("lead:{id}"));
        let owner = if id % 200 == 0 { "anna" } else { "nobody" };
        let state = DeviationsState::default();
        let due = at(NOW) + SignedDuration::from_secs(i64::from(id));
        let indexes = contracts::Indexes {
            person: Some(owner.to_owned()),
            due: Some((format!("due#{}", id % 4), due)),
            ..contracts::Indexes::default()
        };
        let put = store::put_state::<_, ()>(Key::deviations(&record), &state, None, indexes);
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
    }
    let rules = example_rules();
    for (person, name, trips, rows) in [
        ("anna", "mine", 2, 500),
        ("jonas", "team", 3, 500),
        ("anna", "pools", 3, 40),
        ("olga", "queues", 4, 8_000),
        ("olga", "operate", 8, 2_001),
        ("carla", "numbers", 3, 220),
        ("carla", "audit", 18, 700),
    ] {
        store.trips.store(0, Relaxed);
        store.rows.store(0, Relaxed);
        let person = PersonId::new(person);
        let page = content_of(name, (&person, &rules, &store), at(NOW)).await;
        page.unwrap();
        let asked = (store.trips.load(Relaxed), store.rows.load(Relaxed));
        assert!(asked.0 <= trips && asked.1 <= rows, "{name}: {asked:?}");
    }
}
