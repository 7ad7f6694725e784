//! What is written.

use super::*;

#[tokio::test]
async fn an_owner_for_a_lead_without_one() {
    let tested = writeback();
    tested.has("lead:123");
    let event = asked("lead:123", owner("anna", None));
    assert_eq!(
        tested.after(&event).await,
        done("owner set from nobody to anna")
    );
    assert_eq!(tested.crm.get("lead:123", "owner"), person("anna"));
}

#[tokio::test]
async fn a_stage_back_to_where_it_was() {
    let tested = writeback();
    tested.crm.text("opportunity:900", "stage", "sql");
    let event = asked("opportunity:900", stage("discovery", Some("sql")));
    assert_eq!(
        tested.after(&event).await,
        done("stage set from sql to discovery")
    );
    assert_eq!(
        tested.crm.get("opportunity:900", "stage"),
        text("discovery")
    );
}

#[tokio::test]
async fn a_lead_without_a_stage_stands_at_the_first() {
    let tested = writeback();
    tested.has("lead:1");
    let event = asked("lead:1", stage("new", Some("qualified")));
    assert_eq!(tested.after(&event).await, done("already so: stage new"));
    let event = asked("lead:1", stage("recycled", Some("new")));
    assert_eq!(
        tested.after(&event).await,
        done("stage set from new to recycled")
    );
    assert_eq!(tested.crm.get("lead:1", "stage"), text("recycled"));
}

#[tokio::test]
async fn a_task_with_its_lines_its_owner_and_its_due_date() {
    let tested = writeback();
    let event = asked("opportunity:900", task());
    assert_eq!(tested.after(&event).await, done("task 0 created"));
    let (about, task) = tested.crm.tasks().remove(0);
    assert_eq!(about, "900");
    assert_eq!(task.subject, "Criteria to meet before this stage");
    assert_eq!(task.body, "To move from discovery to sql:\nbudget");
    assert_eq!(task.owner.as_deref(), Some("11003"));
    assert_eq!(task.due, at("2026-11-24T17:00:00Z"));
    assert_eq!(task.marker, format!("fairlead-{}", event.id));
}

/// Ben is away on Tuesday: his task is due when Wednesday ends.
#[tokio::test]
async fn a_task_is_not_due_while_its_owner_is_away() {
    let tested = writeback();
    let absences = testkit::away(&[("ben", "2026-11-23T23:00:00Z", "2026-11-24T23:00:00Z")]);
    let key = Key::absences();
    let put = store::put_state::<_, ()>(key, &absences, None, contracts::Indexes::default());
    let transaction = store::Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    let store = &tested.function.table.store;
    store.commit(transaction).await.unwrap();
    tested.after(&asked("opportunity:900", task())).await;
    assert_eq!(tested.crm.tasks()[0].1.due, at("2026-11-25T17:00:00Z"));
}

#[tokio::test]
async fn what_somebody_changes_right_after_us_is_said() {
    let tested = writeback();
    tested.has("lead:123");
    let crm = tested.crm.clone();
    let mut written = false;
    tested.crm.upon_calls(move |call| {
        if written {
            crm.edit("lead:123", "owner", person("ben"));
            written = false;
        }
        written = call.name == "set_fields";
        None
    });
    let event = asked("lead:123", owner("anna", None));
    let said = "owner set from nobody to anna, and changed to ben since";
    assert_eq!(tested.after(&event).await, done(said));
    assert_eq!(tested.crm.get("lead:123", "owner"), person("ben"));
}
