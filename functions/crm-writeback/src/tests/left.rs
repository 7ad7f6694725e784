//! What is left alone, and why.

use testkit::example_with;

use super::*;

#[tokio::test]
async fn what_is_already_so_is_not_written() {
    let tested = writeback();
    tested.crm.edit("lead:123", "owner", person("anna"));
    let event = asked("lead:123", owner("anna", None));
    assert_eq!(tested.after(&event).await, done("already so: owner anna"));
    assert_eq!(tested.crm.count("set_field"), 0);
}

#[tokio::test]
async fn what_somebody_changed_since_is_left_to_them() {
    let tested = writeback();
    tested.crm.edit("lead:123", "owner", person("ben"));
    let event = asked("lead:123", owner("anna", None));
    let left = skipped("left alone: owner is ben by now, not nobody");
    assert_eq!(tested.after(&event).await, left);

    tested.crm.edit("lead:124", "owner", person("hubspot:555"));
    let event = asked("lead:124", owner("anna", Some("ben")));
    let left = skipped("left alone: owner is hubspot:555 by now, not ben");
    assert_eq!(tested.after(&event).await, left);

    tested.crm.text("opportunity:900", "stage", "lost");
    let event = asked("opportunity:900", stage("discovery", Some("sql")));
    let left = skipped("left alone: stage is lost by now, not sql");
    assert_eq!(tested.after(&event).await, left);
    assert_eq!(tested.crm.count("set_field"), 0);
}

#[tokio::test]
async fn what_the_model_does_not_let_be_written() {
    let line = "write: { owner: yes, stage: yes, tasks: yes, per_hour: 5000 }";
    let none = "write: { owner: no, stage: no, tasks: no, per_hour: 5000 }";
    let tested = over(example_with("technology.yaml", line, none));
    for (write, word) in [
        (owner("anna", None), "owner"),
        (stage("new", None), "stage"),
        (task(), "tasks"),
    ] {
        let said = format!("sources.hubspot.write in technology.yaml says {word}: no");
        assert_eq!(tested.after(&asked("lead:1", write)).await, skipped(&said));
    }
    assert!(tested.crm.calls().is_empty());
}

#[tokio::test]
async fn what_the_crm_has_no_place_for() {
    let tested = writeback();
    let event = asked("account:5", stage("new", None));
    let said = "account.stage has no property of hubspot in technology.yaml";
    assert_eq!(tested.after(&event).await, skipped(said));
    let event = asked("lead:1", owner("zoe", None));
    let said = "zoe has no id of hubspot in people.yaml";
    assert_eq!(tested.after(&event).await, skipped(said));
    let event = asked("campaign:1", owner("anna", None));
    let said = "records of kind campaign are not mapped for hubspot";
    assert_eq!(tested.after(&event).await, skipped(said));
}

#[tokio::test]
async fn more_than_the_hours_ceiling_waits() {
    let (line, low) = ("per_hour: 5000", "per_hour: 10");
    let tested = over(example_with("technology.yaml", line, low));
    let lead = |number: u32| asked(&format!("lead:{number}"), owner("anna", None));
    for number in 1..=11 {
        tested.has(&format!("lead:{number}"));
    }
    for number in 1..=10 {
        tested.handle(&lead(number), at(NOW)).await.unwrap();
    }
    let failed = tested.handle(&lead(11), at(NOW)).await;
    let Err(Failure::Waits { why, wait }) = failed else {
        panic!("{failed:?}")
    };
    let used_up = "the 10 writes an hour that sources.hubspot.write.per_hour allows are used up";
    assert_eq!(why, used_up);
    assert_eq!(wait.as_secs(), 3_660);
    assert_eq!(tested.crm.count("set_field"), 10);
    let later = at("2026-11-23T11:01:00Z");
    tested.handle(&lead(11), later).await.unwrap();
    assert_eq!(tested.crm.count("set_field"), 11);
}

/// A fifth of the hour is the owners'.
#[tokio::test]
async fn tasks_leave_the_owners_their_share() {
    let (line, low) = ("per_hour: 5000", "per_hour: 5");
    let tested = over(example_with("technology.yaml", line, low));
    tested.has("lead:1");
    for number in 1..=4 {
        let event = asked(&format!("opportunity:{number}"), task());
        tested.handle(&event, at(NOW)).await.unwrap();
    }
    let fifth = tested
        .handle(&asked("opportunity:5", task()), at(NOW))
        .await;
    assert!(matches!(fifth, Err(Failure::Waits { .. })), "{fifth:?}");
    let event = asked("lead:1", owner("anna", None));
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.tasks().len(), 4);
}
