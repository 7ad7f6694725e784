use contracts::{
    AuditRecord, Notice,
    state::{SweepCounts, SweepEnded, SweepKind, SweepRun, SweepState},
};

use super::*;

fn told(tested: &Tested) -> Vec<AuditRecord> {
    testkit::audits(tested.inside())
}

async fn keep_deals(tested: &Tested, count: u32) -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..count {
        let id = number.to_string();
        tested.keep(deal(&id, 1).build()).await;
        events.push(changed(&id));
    }
    events
}

#[tokio::test]
async fn a_metric_below_its_floor_is_told_once_a_week() {
    let tested = tested();
    let events = keep_deals(&tested, 12).await;
    tested.handle(&events).await;
    let first = told(&tested);
    assert_eq!(first.len(), 1, "{first:?}");
    assert_eq!(
        first[0].outcome,
        "dated is below the floor of 90 %: 0 of 12: 0.0 % (0.0 to 24.2 %)"
    );
    assert_eq!(
        first[0].reasons[0].place.unwrap().to_string(),
        "metrics.yaml:3"
    );
    let EventData::NoticeRequested { to, notice } = &first[0].events[0].data else {
        panic!("{first:?}");
    };
    assert_eq!(to.as_str(), "ines");
    let says = Notice::MetricBelowFloor {
        metric: "dated".to_owned(),
        count: 0,
        of: 12,
        unknown: 0,
        floor: 90,
    };
    assert_eq!(*notice, says);
    // Another one of the same week is no news; the week after it is.
    tested.keep(deal("99", 1).build()).await;
    tested.handle(&[changed("99")]).await;
    assert_eq!(told(&tested).len(), 1);
    tested.keep(deal("98", 1).build()).await;
    let monday = at("2026-11-30T09:00:00Z");
    tested
        .function
        .handle(&changed("98"), monday)
        .await
        .unwrap();
    assert_eq!(told(&tested).len(), 2);
}

#[tokio::test]
async fn of_too_few_nothing_is_told() {
    let tested = tested();
    let events = keep_deals(&tested, 9).await;
    tested.handle(&events).await;
    assert!(told(&tested).is_empty());
}

#[tokio::test]
async fn while_a_crm_is_read_for_the_first_time_nobody_is_told() {
    let loaded = |ended: Option<&str>| SweepState {
        runs: match ended {
            Some(_) => Vec::new(),
            None => vec![SweepRun {
                kind: SweepKind::Load,
                began: at("2026-11-23T08:00:00Z"),
                left: Vec::new(),
                counts: SweepCounts::default(),
                failed: None,
            }],
        },
        ended: { ended.into_iter() }
            .map(|ended| SweepEnded {
                kind: SweepKind::Load,
                began: at("2026-11-23T08:00:00Z"),
                at: at(ended),
                counts: SweepCounts::default(),
            })
            .collect(),
        ..SweepState::default()
    };
    for (ended, count) in [(None, 0), (Some("2026-11-23T08:59:00Z"), 1)] {
        let tested = tested();
        tested.put(Key::crm_sweep(), &loaded(ended), None).await;
        let events = keep_deals(&tested, 12).await;
        tested.handle(&events).await;
        assert_eq!(told(&tested).len(), count, "{ended:?}");
    }
}
