//! What is left alone, and why.

use super::*;

#[tokio::test]
async fn what_is_already_so_is_not_written() {
    let tested = writeback();
    tested.crm.edit("lead:123", "owner", person("anna"));
    let event = asked("lead:123", owner("anna", None));
    assert_eq!(tested.after(&event).await, done("already so: owner anna"));
    assert_eq!(tested.crm.count("set_fields"), 0);
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
    assert_eq!(tested.crm.count("set_fields"), 0);
}

#[tokio::test]
async fn what_the_model_does_not_let_be_written() {
    let mut model = example_model();
    for source in model.sources.values_mut() {
        let write = &mut source.write;
        (write.owner, write.stage, write.tasks) = (false, false, false);
    }
    let tested = over(model);
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
    // Somebody else gets what they cannot own there.
    let event = asked("lead:1", owner("zoe", None));
    let said = "the CRM refuses owner zoe: zoe has no id of hubspot in people.yaml";
    let refused = (EffectStatus::Refused, said.to_owned());
    assert_eq!(tested.after(&event).await, refused);
    assert!(tested.crm.calls().is_empty());
    let event = asked("campaign:1", owner("anna", None));
    let said = "records of kind campaign are not mapped for hubspot";
    assert_eq!(tested.after(&event).await, skipped(said));
}
