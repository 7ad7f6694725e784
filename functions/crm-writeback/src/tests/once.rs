//! One event, one write, one task: whatever comes twice and wherever it breaks.

use engine::CrmError;
use jiff::SignedDuration;

use super::*;

fn broken() -> CrmError {
    CrmError::Unavailable {
        why: "no answer in time".to_owned(),
        perhaps_done: true,
        retry_after: None,
    }
}

#[tokio::test]
async fn an_event_that_comes_three_times_writes_once() {
    let tested = writeback();
    tested.has("lead:1");
    let (write, task) = (
        asked("lead:1", owner("anna", None)),
        asked("opportunity:900", task()),
    );
    for _ in 0..3 {
        tested.handle(&write, at(NOW)).await.unwrap();
        tested.handle(&task, at(NOW)).await.unwrap();
    }
    assert_eq!(tested.crm.count("set_fields"), 1);
    assert_eq!(tested.crm.tasks().len(), 1);
}

/// A later owner is not undone by the same event coming again.
#[tokio::test]
async fn an_event_that_comes_again_undoes_nothing() {
    let tested = writeback();
    tested.has("lead:1");
    let event = asked("lead:1", owner("anna", None));
    tested.handle(&event, at(NOW)).await.unwrap();
    tested.crm.edit("lead:1", "owner", None);
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.get("lead:1", "owner"), None);
}

#[tokio::test]
async fn a_task_whose_answer_was_lost_is_found_again() {
    let tested = writeback();
    let mut first = true;
    tested.crm.upon_calls(move |call| {
        let fails = call.name == "create_task" && std::mem::take(&mut first);
        fails.then(|| CrmFault::After(broken()))
    });
    let event = asked("opportunity:900", task());
    let failed = tested.handle(&event, at(NOW)).await;
    assert!(
        matches!(failed, Err(Failure::Everybody { .. })),
        "{failed:?}"
    );
    assert_eq!(tested.after(&event).await, done("already so: task 0"));
    assert_eq!(tested.crm.tasks().len(), 1);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_is_seen_to_have_happened() {
    let tested = writeback();
    tested.has("lead:1");
    tested
        .crm
        .upon_calls(|call| (call.name == "set_fields").then(|| CrmFault::After(broken())));
    let event = asked("lead:1", owner("anna", None));
    assert_eq!(
        tested.after(&event).await,
        done("owner set from nobody to anna")
    );
    assert_eq!(tested.crm.count("set_fields"), 1);
}

/// Killed after the write and before the mark: the claim stands, and the task is there.
#[tokio::test]
async fn a_function_that_died_before_its_mark_leaves_one_task() {
    let tested = writeback();
    let event = asked("opportunity:900", task());
    tested.function.table.claim_effect(&event.id).await.unwrap();
    let (_, asked) = Asked::of(&event, at(NOW)).unwrap();
    let written = tested.function.write(&[(asked, Tried::Never)]).await;
    assert_eq!(written, [Ok(Ended::done("task 0 created"))]);

    let too_early = tested.handle(&event, at(NOW)).await;
    assert!(
        matches!(too_early, Err(Failure::Waits { .. })),
        "{too_early:?}"
    );
    let after_the_lease = at(NOW) + SignedDuration::from_mins(1);
    tested.handle(&event, after_the_lease).await.unwrap();
    assert_eq!(tested.effect_of(&event).await, done("already so: task 0"));
    assert_eq!(tested.crm.tasks().len(), 1);
}

#[tokio::test]
async fn a_failure_that_may_pass_is_tried_again_without_waiting_for_the_lease() {
    let tested = writeback();
    tested.has("lead:1");
    let event = asked("lead:1", owner("anna", None));
    tested.crm.fails([CrmFault::Before(broken())]);
    let failed = tested.handle(&event, at(NOW)).await;
    assert!(
        matches!(failed, Err(Failure::Everybody { .. })),
        "{failed:?}"
    );
    assert_eq!(
        tested.after(&event).await,
        done("owner set from nobody to anna")
    );
}

#[tokio::test]
async fn other_events_are_none_of_its_business() {
    let tested = writeback();
    let event = upon(
        &record_id("lead:1"),
        at(NOW),
        EventData::Tick { at: at(NOW) },
    );
    tested.handle(&event, at(NOW)).await.unwrap();
    assert!(tested.crm.calls().is_empty());
}
