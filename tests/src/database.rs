//! DynamoDB in this process: conditions, transactions with reasons, indexes and consumed capacity
//! as the real one has them, on a port that the system chooses.

use std::sync::atomic::{AtomicU32, Ordering};

use aws::{DynamoStore, Settings};
use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType,
        Projection, ProjectionType, ScalarAttributeType, TimeToLiveSpecification,
    },
};
use dynoxide::Database as Engine;
use jiff::Timestamp;
use store::conformance::Tested;

/// A database that lives as long as the test's runtime.
pub struct Database {
    engine: Engine,
    client: Client,
    settings: Settings,
    tables: AtomicU32,
}

/// The indexes of the table, as `infra/template.yaml` declares them: name, hash, range, whether
/// they hold whole items.
const INDEXES: [(&str, &str, &str, bool); 4] = [
    ("due", "due_shard", "due_at", false),
    ("account", "account", "pk", false),
    ("person", "person", "pk", true),
    ("hour", "hour", "at", true),
];

impl Database {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0")
            .await
            .expect("a port");
        let address = listener.local_addr().expect("an address");
        let engine = Engine::memory().expect("a database in memory");
        tokio::spawn(dynoxide::server::serve_on(listener, engine.clone()));
        let settings = Settings::new(
            "eu-central-1".to_owned(),
            Some(format!("http://{address}")),
            "local".to_owned(),
            "local".to_owned(),
            None,
        );
        Self {
            engine,
            client: Client::from_conf(settings.dynamodb()),
            settings,
            tables: AtomicU32::new(0),
        }
    }

    /// A new, empty table.
    pub async fn fresh_table(&self) -> DynamoStore {
        let name = format!("fairlead-{}", self.tables.fetch_add(1, Ordering::Relaxed));
        let mut attributes = vec![string("pk"), string("sk")];
        for name in ["due_shard", "due_at", "account", "person", "hour", "at"] {
            attributes.push(string(name));
        }
        let indexes = INDEXES.map(|(name, hash, range, whole)| {
            let projection = if whole {
                ProjectionType::All
            } else {
                ProjectionType::KeysOnly
            };
            GlobalSecondaryIndex::builder()
                .index_name(name)
                .key_schema(element(hash, KeyType::Hash))
                .key_schema(element(range, KeyType::Range))
                .projection(Projection::builder().projection_type(projection).build())
                .build()
                .expect("an index")
        });
        self.client
            .create_table()
            .table_name(&name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(attributes))
            .key_schema(element("pk", KeyType::Hash))
            .key_schema(element("sk", KeyType::Range))
            .set_global_secondary_indexes(Some(indexes.to_vec()))
            .send()
            .await
            .expect("a table");
        self.let_expire(&name).await;
        DynamoStore::new(&self.settings, name)
    }

    /// As `infra/template.yaml` declares it.
    async fn let_expire(&self, table: &str) {
        let specification = TimeToLiveSpecification::builder()
            .attribute_name("expires")
            .enabled(true)
            .build()
            .expect("an expiry");
        self.client
            .update_time_to_live()
            .table_name(table)
            .time_to_live_specification(specification)
            .send()
            .await
            .expect("a table that lets items expire");
    }
}

impl Tested for Database {
    type Store = DynamoStore;

    async fn fresh(&self) -> DynamoStore {
        self.fresh_table().await
    }

    fn now(&self) -> Timestamp {
        Timestamp::now()
    }

    /// The engine sweeps every table; the cases run one after the other.
    async fn sweep(&self, _: &DynamoStore) {
        let engine = self.engine.clone();
        let swept = tokio::task::spawn_blocking(move || engine.sweep_ttl());
        swept.await.expect("a sweep that ends").expect("a sweep");
    }
}

fn string(name: &str) -> AttributeDefinition {
    AttributeDefinition::builder()
        .attribute_name(name)
        .attribute_type(ScalarAttributeType::S)
        .build()
        .expect("an attribute")
}

fn element(name: &str, kind: KeyType) -> KeySchemaElement {
    KeySchemaElement::builder()
        .attribute_name(name)
        .key_type(kind)
        .build()
        .expect("a key")
}
