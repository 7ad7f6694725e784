//! One event, one write, one task: whatever comes twice and wherever it breaks.

use jiff::SignedDuration;

use super::*;

fn broken() -> Trouble {
    Trouble::Failed(Failure::Later("no answer in time".to_owned()))
}

#[tokio::test]
async fn an_event_that_comes_three_times_writes_once() {
    let tested = writeback();
    let (write, task) = (
        asked("lead:1", owner("anna", None)),
        asked("opportunity:900", task()),
    );
    for _ in 0..3 {
        tested.handle(&write, at(NOW)).await.unwrap();
        tested.handle(&task, at(NOW)).await.unwrap();
    }
    let inside = tested.crm.inside();
    assert_eq!((inside.writes, inside.tasks.len()), (1, 1));
}

/// A later owner is not undone by the same event coming again.
#[tokio::test]
async fn an_event_that_comes_again_undoes_nothing() {
    let tested = writeback();
    let event = asked("lead:1", owner("anna", None));
    tested.handle(&event, at(NOW)).await.unwrap();
    tested.crm.inside().held.clear();
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.held("contacts/1/hubspot_owner_id"), None);
}

#[tokio::test]
async fn a_task_whose_answer_was_lost_is_found_again() {
    let tested = writeback();
    tested.crm.inside().fails_after = Some(broken());
    let event = asked("opportunity:900", task());
    let first = tested.handle(&event, at(NOW)).await;
    assert!(matches!(first, Err(Failure::Later(_))), "{first:?}");
    assert_eq!(tested.after(&event).await, done("already so: task 0"));
    assert_eq!(tested.crm.inside().tasks.len(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_seen_to_have_happened() {
    let tested = writeback();
    tested.crm.inside().fails_after = Some(broken());
    let event = asked("lead:1", owner("anna", None));
    assert!(tested.handle(&event, at(NOW)).await.is_err());
    assert_eq!(tested.after(&event).await, done("already so: owner anna"));
    assert_eq!(tested.crm.inside().writes, 1);
}

/// Killed after the write and before the mark: the claim stands, and the task is there.
#[tokio::test]
async fn a_function_that_died_before_its_mark_leaves_one_task() {
    let tested = writeback();
    let event = asked("opportunity:900", task());
    store::claim_effect(&tested.store, &event.id, at(NOW))
        .await
        .unwrap();
    let EventData::CrmWriteRequested { write } = &event.data else {
        panic!("{event:?}")
    };
    tested.write(&event, write, at(NOW)).await.unwrap();

    let too_early = tested.handle(&event, at(NOW)).await;
    assert!(matches!(too_early, Err(Failure::Later(_))), "{too_early:?}");
    let after_the_lease = at(NOW) + SignedDuration::from_mins(1);
    tested.handle(&event, after_the_lease).await.unwrap();
    assert_eq!(tested.effect_of(&event).await, done("already so: task 0"));
    assert_eq!(tested.crm.inside().tasks.len(), 1);
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again_without_waiting_for_the_lease() {
    let tested = writeback();
    let event = asked("lead:1", owner("anna", None));
    tested.crm.inside().fails_before = Some(broken());
    assert_eq!(
        tested.handle(&event, at(NOW)).await,
        Err(Failure::Later("no answer in time".to_owned()))
    );
    assert_eq!(
        tested.after(&event).await,
        done("owner set from nobody to anna")
    );
}

#[tokio::test]
async fn a_refusal_is_final() {
    let tested = writeback();
    let refused = Failure::Final("the CRM refuses the request".to_owned());
    tested.crm.inside().fails_before = Some(Trouble::Failed(refused.clone()));
    let event = asked("lead:1", owner("anna", None));
    assert_eq!(tested.handle(&event, at(NOW)).await, Err(refused));
}

#[tokio::test]
async fn other_events_are_none_of_its_business() {
    let tested = writeback();
    let event = upon(
        &"lead:1".parse().unwrap(),
        at(NOW),
        EventData::Tick { at: at(NOW) },
    );
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.inside().calls, 0);
}
