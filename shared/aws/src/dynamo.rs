mod commit;
mod failure;
mod item;
mod meter;
mod read;

use aws_sdk_dynamodb::Client;
use contracts::Key;
use jiff::Timestamp;
use store::{CommitError, DueItem, Item, Store, StoreError, Transaction};

use crate::settings::Settings;

pub use meter::{Meter, Spent};

/// The table in DynamoDB.
///
/// Its keys are `pk` and `sk`; an item's content is the map `body` or, of what would be more than a kilobyte, `packed`
/// ([`contracts::pack`]), its `version` a number. The indexes `due`, `account`, `person` and `hour` are sparse: an item without their attributes is
/// not in them.
#[derive(Debug, Clone)]
pub struct DynamoStore {
    client: Client,
    table: String,
    meter: Option<Meter>,
}

impl DynamoStore {
    /// The table of this name.
    #[must_use]
    pub fn new(settings: &Settings, table: String) -> Self {
        Self {
            client: Client::from_conf(settings.dynamodb()),
            table,
            meter: None,
        }
    }

    /// The same table, counting what each request costs.
    #[must_use]
    pub fn metered(mut self) -> (Self, Meter) {
        let meter = Meter::default();
        self.meter = Some(meter.clone());
        (self, meter)
    }
}

impl Store for DynamoStore {
    async fn partition(&self, pk: &str) -> Result<Vec<Item>, StoreError> {
        self.read_partition(pk).await
    }

    async fn get(&self, keys: &[Key]) -> Result<Vec<Option<Item>>, StoreError> {
        self.read_keys(keys).await
    }

    async fn commit(&self, transaction: Transaction) -> Result<(), CommitError> {
        self.write(transaction).await
    }

    async fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> Result<Vec<DueItem>, StoreError> {
        self.read_due(shard, after, until, limit).await
    }

    async fn of_account(&self, account: &str) -> Result<Vec<Key>, StoreError> {
        self.read_index_keys("account", account).await
    }

    async fn of_person(&self, person: &str) -> Result<Vec<Item>, StoreError> {
        self.read_index("person", person).await
    }

    async fn some_of_person(
        &self,
        person: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> Result<Vec<Item>, StoreError> {
        self.read_some("person", person, after, limit).await
    }

    async fn of_hour(&self, hour: &str) -> Result<Vec<Item>, StoreError> {
        self.read_index("hour", hour).await
    }
}
