use contracts::state::MetricsRecountState;

use super::*;

async fn mark(tested: &Tested) -> MetricsRecountState {
    let state = testkit::state_of(tested.inside(), Key::metrics_recount()).await;
    state.unwrap_or_default()
}

/// Four in Berlin.
const NIGHT: &str = "2026-11-24T03:00:00Z";

#[tokio::test]
async fn what_time_has_changed_is_counted_at_night() {
    let tested = tested();
    tested.keep(deal("1", 100).build()).await;
    tested.handle(&[changed("1")]).await;
    // Nobody told of it.
    tested.keep(deal("1", 70).build()).await;
    tested.tick("2026-11-24T01:00:00Z").await;
    assert_eq!(tested.total("pipeline").await.sums, [100_000_000]);
    tested.tick(NIGHT).await;
    assert_eq!(tested.total("pipeline").await.sums, [70_000_000]);
    let left = mark(&tested).await;
    assert_eq!((left.shard, left.left.len()), (None, 2));
    tested.tick("2026-11-24T03:05:00Z").await;
    assert!(mark(&tested).await.left.is_empty());
    assert!(
        testkit::audits(tested.inside())
            .iter()
            .all(|it| !it.outcome.contains("wrongly"))
    );
}

#[tokio::test]
async fn what_was_counted_wrongly_is_corrected_and_told() {
    let tested = tested();
    tested.keep(deal("1", 100).build()).await;
    tested.handle(&[changed("1")]).await;
    let key = Key::metric("pipeline");
    let item = tested
        .inside()
        .get(std::slice::from_ref(&key))
        .await
        .unwrap();
    let before = Versioned::<MetricState>::read(item[0].clone().unwrap()).unwrap();
    let mut wrong = before.state.clone();
    wrong.total.yes = 2;
    tested.put(key, &wrong, Some(&before)).await;
    tested.tick(NIGHT).await;
    tested.tick("2026-11-24T03:05:00Z").await;
    assert_eq!(tested.total("pipeline").await, before.state.total);
    let audits = testkit::audits(tested.inside());
    let found: Vec<_> = audits
        .iter()
        .filter(|it| it.outcome.contains("wrongly"))
        .collect();
    assert_eq!(found.len(), 1, "{audits:?}");
    assert_eq!(
        found[0].outcome,
        "pipeline was counted wrongly and is corrected: all together"
    );
    let told = found[0].events.iter().filter(|it| {
        let notice = |notice: &_| matches!(notice, contracts::Notice::MetricCorrected { .. });
        matches!(&it.data, EventData::NoticeRequested { notice: it, .. } if notice(it))
    });
    assert!(told.count() > 0);
    // Nothing is left of it.
    tested.tick("2026-11-24T03:10:00Z").await;
    assert_eq!(testkit::audits(tested.inside()).len(), audits.len());
}
