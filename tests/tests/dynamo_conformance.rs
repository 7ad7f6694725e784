//! The DynamoDB store keeps every promise of the port.
#![allow(clippy::expect_used, reason = "a test may panic")]

use store::conformance;
use tests::database::Database;

#[tokio::test(flavor = "multi_thread")]
async fn the_dynamodb_store_conforms() {
    let database = Database::start().await;
    let cases = conformance::run(&database).await.expect("conforms");
    assert_eq!(cases, 30, "every case ran");
}
