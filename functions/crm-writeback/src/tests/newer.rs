//! A person's newer edit is never lost, however it falls between our look and our write.

use engine::CrmError;

use super::*;

/// Somebody edits a field while our write is on its way, once.
fn edits_before_write(
    tested: &Tested,
    record: &'static str,
    field: &'static str,
    to: Option<Value>,
) {
    let crm = tested.crm.clone();
    let mut to = Some(to);
    tested.crm.upon_calls(move |call| {
        if call.name == "set_fields"
            && let Some(to) = to.take()
        {
            crm.edit(record, field, to);
        }
        None
    });
}

#[tokio::test]
async fn an_owner_chosen_by_hand_while_ours_is_on_its_way_is_put_back() {
    let tested = writeback();
    tested.has("lead:123");
    edits_before_write(&tested, "lead:123", "owner", person("ben"));
    let event = asked("lead:123", owner("anna", None));
    let said = "put back: owner was set to ben while we wrote anna";
    assert_eq!(tested.after(&event).await, skipped(said));
    assert_eq!(tested.crm.get("lead:123", "owner"), person("ben"));
}

#[tokio::test]
async fn a_stage_moved_on_by_hand_while_ours_is_on_its_way_is_put_back() {
    let tested = writeback();
    tested.crm.text("opportunity:900", "stage", "sql");
    edits_before_write(&tested, "opportunity:900", "stage", text("lost"));
    let event = asked("opportunity:900", stage("discovery", Some("sql")));
    let said = "put back: stage was set to lost while we wrote discovery";
    assert_eq!(tested.after(&event).await, skipped(said));
    assert_eq!(tested.crm.get("opportunity:900", "stage"), text("lost"));
}

/// The write was done, its answer was lost, and somebody chose another owner meanwhile: it is not
/// written again without a look.
#[tokio::test]
async fn what_was_chosen_after_a_lost_answer_stays() {
    let tested = writeback();
    tested.has("lead:123");
    let crm = tested.crm.clone();
    let mut calls = Vec::new();
    tested.crm.upon_calls(move |call| {
        let last = calls.last().copied();
        calls.push(call.name);
        if last == Some("set_fields") {
            crm.edit("lead:123", "owner", person("ben"));
        }
        let first_write = call.name == "set_fields";
        first_write.then(|| {
            CrmFault::After(CrmError::Unavailable {
                why: "status 503".to_owned(),
                perhaps_done: true,
                retry_after: None,
            })
        })
    });
    let event = asked("lead:123", owner("anna", None));
    let said = "owner set from nobody to anna, and changed to ben since";
    assert_eq!(tested.after(&event).await, done(said));
    assert_eq!(tested.crm.get("lead:123", "owner"), person("ben"));
    assert_eq!(tested.crm.count("set_fields"), 1);
}

/// An edit to the very value that stood there before is no news worth putting back.
#[tokio::test]
async fn our_own_write_is_not_put_back() {
    let tested = writeback();
    tested.crm.edit("lead:123", "owner", person("ben"));
    let event = asked("lead:123", owner("anna", Some("ben")));
    let said = "owner set from ben to anna";
    assert_eq!(tested.after(&event).await, done(said));
    assert_eq!(tested.crm.count("set_fields"), 1);
}

/// The write was done and its sender died before it could mark it; somebody took the owner off before
/// the event came again.
#[tokio::test]
async fn an_owner_taken_off_before_the_event_came_again_stays_off() {
    let tested = writeback();
    tested.has("lead:123");
    let crm = tested.crm.clone();
    let mut answers = 0;
    tested.crm.upon_calls(move |call| {
        answers += u32::from(call.name == "fields");
        // It sees nothing of its write any more.
        (answers == 2).then(|| {
            CrmFault::Before(CrmError::Unavailable {
                why: "killed".to_owned(),
                perhaps_done: false,
                retry_after: None,
            })
        })
    });
    let event = asked("lead:123", owner("anna", None));
    let first = tested.handle(&event, at(NOW)).await;
    assert!(matches!(first, Err(Failure::Everybody { .. })), "{first:?}");
    assert_eq!(crm.get("lead:123", "owner"), person("anna"));
    crm.edit("lead:123", "owner", None);

    let said = "owner was set to anna before, and changed to nobody since";
    assert_eq!(tested.after(&event).await, done(said));
    assert_eq!(crm.get("lead:123", "owner"), None);
    assert_eq!(crm.count("set_fields"), 1);
}

/// Between our write and our look at it somebody sets what stood there before: the CRM took ours all
/// the same.
#[tokio::test]
async fn what_is_set_back_right_after_our_write_stays() {
    let tested = writeback();
    tested.crm.text("opportunity:900", "stage", "sql");
    let crm = tested.crm.clone();
    let mut wrote = false;
    tested.crm.upon_calls(move |call| {
        if wrote && call.name == "fields" {
            crm.text("opportunity:900", "stage", "sql");
            wrote = false;
        }
        wrote |= call.name == "set_fields";
        None
    });
    let event = asked("opportunity:900", stage("discovery", Some("sql")));
    let said = "stage set from sql to discovery, and changed to sql since";
    assert_eq!(tested.after(&event).await, done(said));
    assert_eq!(tested.crm.get("opportunity:900", "stage"), text("sql"));
    assert_eq!(tested.crm.count("set_fields"), 1);
}

/// Somebody moves a deal again a moment after it was turned back: that is another decision's write, and
/// not the one before coming again.
#[tokio::test]
async fn what_is_decided_again_is_written_again() {
    let tested = writeback();
    tested.crm.text("opportunity:900", "stage", "sql");
    let write = stage("discovery", Some("sql"));
    let first = asked_at("opportunity:900", write.clone(), "2026-11-23T09:00:01Z");
    let said = "stage set from sql to discovery";
    assert_eq!(tested.after(&first).await, done(said));
    tested.crm.text("opportunity:900", "stage", "sql");
    let mut again = asked_at("opportunity:900", write, "2026-11-23T09:00:04Z");
    again.id = EventId::of(&["again"]);
    assert_eq!(tested.after(&again).await, done(said));
    assert_eq!(
        tested.crm.get("opportunity:900", "stage"),
        text("discovery")
    );
}
