//! The in-memory store keeps every promise of the port.
#![allow(clippy::expect_used, reason = "a test may panic")]

use store::{MemoryStore, conformance};

#[tokio::test]
async fn the_memory_store_conforms() {
    let cases = conformance::run(|| async { MemoryStore::new() })
        .await
        .expect("conforms");
    assert_eq!(cases, 16, "every case ran");
}
