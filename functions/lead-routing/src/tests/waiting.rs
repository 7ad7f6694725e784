//! A lead comes before its company.

use contracts::state::AWAITS_FACTS;

use super::{told::Told, *};

fn alone() -> Record {
    lead("1", at(NOW)).build()
}

/// That the wait is over at the earliest, by a tick so many seconds after the creation.
fn over(seconds: i64) -> Event {
    let tick = at(NOW) + SignedDuration::from_secs(seconds);
    let data = EventData::DeadlineDue {
        kind: DeadlineKind::Routing,
        due: at(NOW) + SignedDuration::from_secs(600),
        at: tick,
    };
    let mut event = upon(&record_id("lead:1"), tick, data);
    event.id = EventId::of(&["due", &seconds.to_string()]);
    event
}

/// It is in the index that the tick reads, and nothing else is.
#[tokio::test]
async fn it_waits_with_a_deadline_and_is_routed_when_the_company_comes() {
    let (mut told, first) = Told::first(routing(), alone()).await;
    told.tested.handle(&first).await;
    let waiting = told.routing().await;
    assert_eq!(
        (waiting.status, waiting.rule.as_str(), waiting.owner),
        (RoutingStatus::Waiting, AWAITS_FACTS, None)
    );
    assert_eq!(told.said(&first).1, ["record.waiting"]);
    assert_eq!((told.due_by(599), told.due_by(600)), (vec![], vec![600]));
    let edited = told.copy(alone(), &["title"]).await;
    told.handle_at(&edited, 2).await;
    assert_eq!(told.tested.audits().len(), 1, "said once");
    let company = told.copy(lead_of("DE", "1"), &["account"]).await;
    told.handle_at(&company, 4).await;
    let routed = told.routing().await;
    assert_eq!((routed.rule.as_str(), routed.waits), ("dach", None));
    assert_eq!(told.due_by(600), [0; 0], "the deadline went with the wait");
}

#[tokio::test]
async fn it_is_routed_once_when_its_time_is_over_however_often_a_tick_finds_it() {
    let (told, first) = Told::first(routing(), alone()).await;
    told.tested.handle(&first).await;
    told.handle_at(&over(540), 540).await;
    assert_eq!(told.tested.audits().len(), 1, "not before its time");
    for again in [600, 600, 660] {
        told.handle_at(&over(again), again).await;
    }
    let routed = told.routing().await;
    assert_eq!(routed.rule, "everyone_else");
    assert_eq!(told.said(&over(600)).1[0], "record.routed");
    assert_eq!(told.tested.audits().len(), 2, "routed once");
    assert_eq!(told.due_by(9_999), [0; 0]);
}

/// A tick may find what was closed meanwhile, and must not find it for ever.
#[tokio::test]
async fn what_is_deleted_while_it_waits_is_due_no_more() {
    let (mut told, first) = Told::first(routing(), alone()).await;
    told.tested.handle(&first).await;
    let mut gone = alone();
    gone.archived = true;
    let gone = told.copy(gone, &["archived"]).await;
    told.handle_at(&gone, 5).await;
    assert_eq!(told.due_by(9_999), [0; 0]);
    let (said, follows) = told.said(&gone);
    assert_eq!(said, "not routed: it was closed while it waited");
    assert!(follows.is_empty(), "{follows:?}");
}

/// The deadline of another lead's wait is none of a lead that is routed.
#[tokio::test]
async fn a_deadline_of_a_lead_that_is_routed_changes_nothing() {
    let told = Told::of(routing()).await;
    told.handle_at(&over(600), 600).await;
    assert_eq!(told.tested.audits().len(), 1);
}
