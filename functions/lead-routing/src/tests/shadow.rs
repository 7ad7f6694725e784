//! A shadow month: to whom leads would go is recorded, and nobody gets one before it is over.

use testkit::observing;

use super::{told::Told, *};

/// The month is over on Tuesday morning in Berlin, so many seconds from now.
const OVER: i64 = 14 * 3_600;

fn watching() -> Tested {
    over(testkit::rules(observing(example_model(), "2026-11-23")))
}

fn month_over(seconds: i64) -> Event {
    let tick = at(NOW) + SignedDuration::from_secs(seconds);
    let data = EventData::DeadlineDue {
        kind: DeadlineKind::Routing,
        due: at(NOW) + SignedDuration::from_secs(OVER),
        at: tick,
    };
    let mut event = upon(&record_id("lead:1"), tick, data);
    event.id = EventId::of(&["due", &seconds.to_string()]);
    event
}

#[tokio::test]
async fn a_lead_is_nobodys_until_the_month_is_over_and_then_somebodys() {
    let (mut told, first) = Told::first(watching(), lead_of("DE", "1")).await;
    told.tested.handle(&first).await;
    let (outcome, events) = told.said(&first);
    assert!(
        outcome.starts_with("only observed: routed to "),
        "{outcome}"
    );
    assert_eq!(events, ["crm_write.observed", "record.waiting"]);
    let waiting = told.routing().await;
    assert_eq!(
        (waiting.status, waiting.rule.as_str(), waiting.owner),
        (RoutingStatus::Waiting, "dach", None)
    );
    assert_eq!(
        told.tested.pool(DACH).await,
        PoolState::default(),
        "no turn is used"
    );
    let edited = told.copy(lead_of("DE", "1"), &["title"]).await;
    told.handle_at(&edited, 60).await;
    assert_eq!(told.tested.audits().len(), 1, "said once");
    assert_eq!(
        (told.due_by(OVER - 1), told.due_by(OVER)),
        (vec![], vec![OVER])
    );
    told.handle_at(&month_over(OVER), OVER).await;
    let routed = told.routing().await;
    assert!(routed.owner.is_some() && routed.observed_until.is_none());
    assert!(
        told.said(&month_over(OVER))
            .1
            .contains(&"crm_write.requested")
    );
    assert_eq!(told.due_by(99_999_999), [0; 0]);
}

#[tokio::test]
async fn whom_the_crm_names_has_it_in_a_shadow_month_too() {
    let (mut told, first) = Told::first(watching(), lead_of("DE", "1")).await;
    told.tested.handle(&first).await;
    let owned = told.shows(Some("ben"), "owner").await;
    told.handle_at(&owned, 60).await;
    assert_eq!(told.tested.owner("lead:1").await.as_deref(), Some("ben"));
    assert!(told.said(&owned).1.contains(&"record.routed"));
    assert_eq!(told.due_by(99_999_999), [0; 0], "nothing is left to judge");
}

#[tokio::test]
async fn a_lead_that_is_closed_meanwhile_is_judged_no_more() {
    let (mut told, first) = Told::first(watching(), lead_of("DE", "1")).await;
    told.tested.handle(&first).await;
    let mut closed = lead_of("DE", "1");
    closed.archived = true;
    let closed = told.copy(closed, &["archived"]).await;
    told.handle_at(&closed, 60).await;
    assert_eq!(told.due_by(99_999_999), [0; 0]);
}

/// What a leaver has stays theirs in the month, and is gone through anew when it is over.
#[tokio::test]
async fn what_somebody_has_who_has_left_goes_on_when_the_month_is_over() {
    let mut model = observing(example_model(), "2026-11-24");
    let anna = model.people.get_mut(&PersonId::new("anna")).unwrap();
    anna.left = Some("2026-11-24".parse().unwrap());
    let tested = over(testkit::rules(model));
    tested.is_annas("lead", 1..=1).await;
    for time in ["2026-11-23T23:05:00Z", "2026-11-23T23:06:00Z"] {
        tested.tick_at(time).await;
    }
    assert_eq!(tested.told_of().len(), 1, "told once, and only observed");
    tested.tick_at("2026-11-24T23:01:00Z").await;
    assert_eq!(tested.told_of().len(), 2, "the month is over");
    let left = tested.told_of().remove(1);
    let mut event = upon(
        &left.record,
        at("2026-11-24T23:01:00Z"),
        EventData::OwnerLeft(left.clone()),
    );
    event.id = EventId::of(&["left"]);
    let later = at("2026-11-24T23:01:00Z");
    tested.function.handle(&event, later).await.unwrap();
    assert_ne!(tested.owner("lead:1").await.as_deref(), Some("anna"));
}
