use jiff::civil::date;

use super::*;

#[tokio::test]
async fn a_record_moves_from_group_to_group_and_is_counted_once() {
    let tested = tested();
    tested.keep(deal("1", 100).build()).await;
    tested.keep(deal("2", 50).owner("ben").build()).await;
    tested
        .handle(&[changed("1"), changed("2"), changed("1")])
        .await;
    tested.handle(&[changed("1")]).await;
    assert_eq!(tested.total("pipeline").await.sums, [150_000_000]);
    assert_eq!(tested.sum_of("stage", "discovery").await, 150);
    let moved = deal("1", 120).owner("ben").stage("sql", at(NOW));
    tested.keep(moved.build()).await;
    tested.handle(&[changed("1"), changed("2")]).await;
    assert_eq!(tested.total("pipeline").await.yes, 2);
    let sums = [
        tested.sum_of("stage", "discovery").await,
        tested.sum_of("stage", "sql").await,
        tested.sum_of("owner", "anna").await,
        tested.sum_of("owner", "ben").await,
    ];
    assert_eq!(sums, [50, 120, 0, 170]);
    let groups = tested.metric("pipeline").await.by;
    assert!(!groups["owner"].contains_key("anna"), "{groups:?}");
}

#[tokio::test]
async fn what_is_closed_or_gone_counts_for_nothing() {
    let tested = tested();
    tested.keep(deal("1", 100).build()).await;
    tested.keep(deal("2", 100).build()).await;
    tested.handle(&[changed("1"), changed("2")]).await;
    tested
        .keep(deal("1", 100).stage("won", at(NOW)).build())
        .await;
    let mut gone = deal("2", 100).build();
    gone.archived = true;
    tested.keep(gone).await;
    tested.handle(&[changed("1"), changed("2")]).await;
    assert_eq!(tested.total("pipeline").await.yes, 0);
    assert!(tested.metric("pipeline").await.by.is_empty());
    assert!(tested.counted("1").await.unwrap().metrics.is_empty());
    let listed = contracts::state::counted_shards();
    for shard in listed {
        assert!(tested.inside().of_person(&shard).await.unwrap().is_empty());
    }
}

/// What counts for nothing and never did leaves no trace; neither does a kind at which no metric looks.
#[tokio::test]
async fn what_no_metric_looks_at_costs_nothing() {
    let tested = tested();
    tested
        .keep(deal("1", 100).stage("lost", at(NOW)).build())
        .await;
    let lead = testkit::lead("7", at(NOW)).build();
    tested.keep(lead).await;
    let other = upon(&record_id("lead:7"), at(NOW), changed("1").data);
    tested.handle(&[changed("1"), other]).await;
    assert!(tested.counted("1").await.is_none());
    let kept = tested.inside().everything();
    assert_eq!(kept.len(), 2, "{kept:?}");
}

#[tokio::test]
async fn a_day_that_is_over_is_kept() {
    let tested = tested();
    tested.keep(deal("1", 100).build()).await;
    tested.handle(&[changed("1")]).await;
    tested.keep(deal("2", 10).build()).await;
    let tuesday = at("2026-11-24T09:00:00Z");
    tested
        .function
        .handle(&changed("2"), tuesday)
        .await
        .unwrap();
    let key = Key::metric_on("pipeline", date(2026, 11, 23));
    let kept: Option<MetricState> = testkit::state_of(tested.inside(), key).await;
    assert_eq!(kept.expect("Monday").total.sums, [100_000_000]);
    assert_eq!(tested.metric("pipeline").await.day, date(2026, 11, 24));
    // What comes late, of the day before, belongs to the day at hand.
    tested.keep(deal("3", 1).build()).await;
    tested.handle(&[changed("3")]).await;
    assert_eq!(tested.metric("pipeline").await.day, date(2026, 11, 24));
    assert_eq!(tested.total("pipeline").await.sums, [111_000_000]);
}

/// A hundred items are the most of a transaction.
#[tokio::test]
async fn many_records_are_counted_in_several_transactions() {
    let tested = tested();
    let mut events = Vec::new();
    for number in 0..100 {
        let id = number.to_string();
        tested.keep(deal(&id, 1).build()).await;
        events.push(changed(&id));
    }
    tested.handle(&events).await;
    assert_eq!(tested.total("pipeline").await.yes, 100);
    assert_eq!(tested.total("dated").await.no, 100);
}
