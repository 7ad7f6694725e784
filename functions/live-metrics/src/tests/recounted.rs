use contracts::state::MetricsRecountState;
use crm::Value;
use decisions::metrics::line;

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

const SOLD: &str = "metrics:
  coverage: { owner: carla, of: open opportunities, sum: opportunity.amount, against: bookings }
targets:
  bookings: { of: opportunities, on: opportunity.close_date, every: month, amounts: { 2026-11: 1000, 2026-12: 100 } }
";

/// How the sum stands to its target at an instant, as packs and pages say it.
async fn covered(tested: &Tested, text: &str) -> String {
    let (rules, state) = (&tested.function.rules, tested.metric("coverage").await);
    let line = line(rules, "coverage", Some(&state), (None, ""), at(text));
    line.unwrap().limits[0].said.clone()
}

/// In Berlin December begins at 23:00 in Greenwich.
#[tokio::test]
async fn a_sum_is_held_against_the_target_of_the_period_of_its_records() {
    let tested = tested_with(SOLD);
    for (id, amount, day) in [("1", 500, "2026-11-30"), ("2", 200, "2026-12-01")] {
        let day = Value::Date(day.parse().unwrap());
        tested
            .keep(deal(id, amount).value("close_date", day).build())
            .await;
        tested.handle(&[changed(id)]).await;
    }
    let november = "0.50 times the target of 1,000 for 2026-11";
    assert_eq!(covered(&tested, "2026-11-30T22:59:00Z").await, november);
    // Nothing has been counted again yet: what is there is of November.
    assert_eq!(covered(&tested, "2026-11-30T23:00:30Z").await, november);
    // That of the last day is long over.
    tested.tick("2026-11-30T22:30:00Z").await;
    tested.tick("2026-11-30T22:35:00Z").await;
    tested.tick("2026-11-30T23:01:00Z").await;
    let december = "2.00 times the target of 100 for 2026-12";
    assert_eq!(covered(&tested, "2026-11-30T23:02:00Z").await, december);
    assert_eq!(covered(&tested, "2026-12-01T03:00:00Z").await, december);
    // On another day it is counted at three.
    let before = mark(&tested).await.day;
    tested.tick("2026-12-01T23:01:00Z").await;
    assert_eq!(mark(&tested).await.day, before);
}
