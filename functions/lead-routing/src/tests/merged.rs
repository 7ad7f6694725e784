//! A lead that was merged into another gives its turn back, once.

use super::{told::Told, *};

fn gone(into: Option<&str>) -> Record {
    let mut record = lead_of("DE", "1");
    record.archived = true;
    record.merged_into = into.map(record_id);
    record
}

#[tokio::test]
async fn the_turn_and_the_count_are_given_back() {
    let mut told = Told::of(routing()).await;
    let owner = told.routing().await.owner.unwrap();
    let merged = told
        .copy(gone(Some("lead:2")), &["archived", "merged_into"])
        .await;
    told.tested.handle(&merged).await;
    let (said, follows) = told.said(&merged);
    let expected = format!("merged into lead:2; the turn of {owner} in pool {DACH} is given back");
    assert_eq!((said, follows), (expected, Vec::new()));
    let pool = told.tested.pool(DACH).await;
    let counted: u64 = received(&pool).into_iter().map(|(_, count)| count).sum();
    assert_eq!((owed(&pool), counted), (0, 0));
    assert!(pool.members.values().all(|share| share.lag == 0));
    let routing = told.routing().await;
    assert_eq!((routing.counted, routing.out_of_turn), (None, true));
    // The same is heard of again, by another copy.
    let again = told.copy(gone(Some("lead:2")), &["title"]).await;
    told.tested.handle(&again).await;
    assert_eq!(told.tested.audits().len(), 2, "once");
    assert_eq!(told.tested.pool(DACH).await, pool);
}

/// What was deleted was somebody's turn all the same.
#[tokio::test]
async fn what_was_only_deleted_gives_no_turn_back() {
    let mut told = Told::of(routing()).await;
    let deleted = told.copy(gone(None), &["archived"]).await;
    told.tested.handle(&deleted).await;
    let pool = told.tested.pool(DACH).await;
    let counted: u64 = received(&pool).into_iter().map(|(_, count)| count).sum();
    assert_eq!(counted, 1);
    assert_eq!(told.routing().await.counted, None);
}
