//! What is written, in the CRM's spelling.

use super::*;

#[tokio::test]
async fn an_owner_for_a_lead_without_one() {
    let tested = writeback();
    let event = asked("lead:123", owner("anna", None));
    assert_eq!(
        tested.after(&event).await,
        done("owner set from nobody to anna")
    );
    let held = tested.crm.held("contacts/123/hubspot_owner_id");
    assert_eq!(held.as_deref(), Some("11002"));
}

#[tokio::test]
async fn a_stage_back_to_where_it_was() {
    let tested = writeback();
    tested.crm.hold("deals/900/dealstage", "qualifiedtobuy");
    let event = asked("opportunity:900", stage("discovery", Some("sql")));
    assert_eq!(
        tested.after(&event).await,
        done("stage set from sql to discovery")
    );
    let held = tested.crm.held("deals/900/dealstage");
    assert_eq!(held.as_deref(), Some("appointmentscheduled"));
}

#[tokio::test]
async fn a_lead_without_a_stage_stands_at_the_first() {
    let tested = writeback();
    let event = asked("lead:1", stage("new", Some("qualified")));
    assert_eq!(tested.after(&event).await, done("already so: stage new"));
    let event = asked("lead:1", stage("recycled", Some("new")));
    assert_eq!(
        tested.after(&event).await,
        done("stage set from new to recycled")
    );
    assert_eq!(
        tested.crm.held("contacts/1/fairlead_stage").as_deref(),
        Some("recycled")
    );
}

#[tokio::test]
async fn a_task_with_its_lines_its_owner_and_its_due_date() {
    let tested = writeback();
    let event = asked("opportunity:900", task());
    assert_eq!(tested.after(&event).await, done("task 0 created"));
    let inside = tested.crm.inside();
    let task = &inside.tasks[0];
    assert_eq!(task.subject, "Criteria to meet before this stage");
    assert_eq!(task.body, "To move from discovery to sql:\nbudget");
    assert_eq!(task.owner.as_deref(), Some("11003"));
    assert_eq!(task.due, at("2026-11-24T17:00:00Z"));
    assert_eq!(task.marker, format!("fairlead-{}", event.id));
}

#[tokio::test]
async fn what_somebody_changes_right_after_us_is_said() {
    let tested = writeback();
    tested.crm.inside().overwritten = Some("11003".to_owned());
    let event = asked("lead:123", owner("anna", None));
    let said = "owner set from nobody to anna, and changed to ben since";
    assert_eq!(tested.after(&event).await, done(said));
}

#[tokio::test]
async fn a_write_that_does_not_take_is_tried_again() {
    let tested = writeback();
    tested.crm.inside().forgets = true;
    let event = asked("lead:123", owner("anna", None));
    let failed = tested.handle(&event, at(NOW)).await;
    let why = "the CRM took the new owner and still shows nobody";
    assert_eq!(failed, Err(Failure::Later(why.to_owned())));
    tested.crm.inside().forgets = false;
    assert_eq!(tested.after(&event).await.0, EffectStatus::Done);
}
