//! The DynamoDB store keeps every promise of the port.
#![allow(clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeSet;

use aws::DynamoStore;
use contracts::{Indexes, Key, RecordItem, state::RoutingState};
use store::{Store, Transaction, Versioned, conformance, put_state};
use tests::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn the_dynamodb_store_conforms() {
    let database = Database::start().await;
    let cases = conformance::run(&database).await.expect("conforms");
    assert_eq!(cases, 31, "every case ran");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_table_read_whole_shows_every_item_of_a_name_and_no_other() {
    let database = Database::start().await;
    let table: DynamoStore = database.fresh_table().await;
    let mut wanted = BTreeSet::new();
    // More than the megabyte of a page.
    let text = "x".repeat(300_000);
    for number in 0..8 {
        let record = testkit::record_id(&format!("lead:{number}"));
        let before = None::<&Versioned<String>>;
        let of = |key| put_state(key, &text, before, Indexes::default());
        let puts = vec![of(Key::routing(&record)), of(Key::gate(&record))];
        let checks = Vec::new();
        table
            .commit(Transaction { puts, checks })
            .await
            .expect("it is written");
        wanted.insert(Key::routing(&record));
    }
    let found = table
        .keys_named(RoutingState::NAME)
        .await
        .expect("it answers");
    assert_eq!(found.into_iter().collect::<BTreeSet<Key>>(), wanted);
}
