//! Several fields of a record are written together or not at all.

use contracts::FieldChange;

use super::*;

fn lost(reason: Option<&str>) -> CrmWrite {
    CrmWrite::Fields {
        set: vec![
            FieldChange {
                field: "stage".to_owned(),
                to: Some(Value::Text("lost".to_owned())),
                only_if: text("discovery"),
            },
            FieldChange {
                field: "loss_reason".to_owned(),
                to: Some(Value::Text("no_decision".to_owned())),
                only_if: reason.and_then(text),
            },
        ],
    }
}

/// A deal in discovery.
fn deal() -> Tested {
    let tested = writeback();
    tested.crm.text("opportunity:1", "stage", "discovery");
    tested
}

#[tokio::test]
async fn a_stage_and_a_field_are_one_write() {
    let tested = deal();
    let after = tested.after(&asked("opportunity:1", lost(None))).await;
    let said = "stage set from discovery to lost, loss_reason set from empty to no_decision";
    assert_eq!(after, done(said));
    assert_eq!(tested.crm.count("set_fields"), 1);
    assert_eq!(tested.crm.get("opportunity:1", "stage"), text("lost"));
    let reason = tested.crm.get("opportunity:1", "loss_reason");
    assert_eq!(reason, text("no_decision"));
}

#[tokio::test]
async fn where_one_of_them_is_anothers_by_now_nothing_is_written() {
    for (field, value, said) in [
        (
            "stage",
            "sql",
            "left alone: stage is sql by now, not discovery",
        ),
        (
            "loss_reason",
            "price",
            "left alone: loss_reason is price by now, not empty",
        ),
    ] {
        let tested = deal();
        tested.crm.text("opportunity:1", field, value);
        let after = tested.after(&asked("opportunity:1", lost(None))).await;
        assert_eq!(after, skipped(said));
        assert_eq!(tested.crm.count("set_fields"), 0);
    }
}

#[tokio::test]
async fn a_value_that_may_be_replaced_must_still_be_the_one_that_was_seen() {
    let tested = deal();
    tested.crm.text("opportunity:1", "loss_reason", "price");
    let event = asked("opportunity:1", lost(Some("price")));
    let said = "stage set from discovery to lost, loss_reason set from price to no_decision";
    assert_eq!(tested.after(&event).await, done(said));
}

#[tokio::test]
async fn what_somebody_writes_at_the_same_moment_is_put_back_with_all_that_went_along() {
    let tested = deal();
    let crm = tested.crm.clone();
    let mut once = true;
    tested.crm.upon_calls(move |call| {
        if call.name == "set_fields" && std::mem::take(&mut once) {
            crm.text("opportunity:1", "loss_reason", "price");
        }
        None
    });
    let after = tested.after(&asked("opportunity:1", lost(None))).await;
    let said = "put back: loss_reason was set to price while we wrote no_decision";
    assert_eq!(after, skipped(said));
    let reason = tested.crm.get("opportunity:1", "loss_reason");
    assert_eq!(reason, text("price"));
    assert_eq!(tested.crm.get("opportunity:1", "stage"), text("discovery"));
}

#[tokio::test]
async fn a_lost_answer_writes_them_once() {
    let tested = deal();
    let lost_answer = || CrmError::Unavailable {
        why: "gone".to_owned(),
        perhaps_done: true,
        retry_after: None,
    };
    tested.crm.upon_calls(move |call| {
        (call.name == "set_fields").then(|| CrmFault::After(lost_answer()))
    });
    let event = asked("opportunity:1", lost(None));
    assert_eq!(tested.after(&event).await.0, EffectStatus::Done);
    tested.handle(&event, at(NOW)).await.unwrap();
    assert_eq!(tested.crm.count("set_fields"), 1);
}

#[tokio::test]
async fn who_does_not_let_fields_be_written_is_left_alone() {
    let mut model = example_model();
    for source in model.sources.values_mut() {
        source.write.fields = false;
    }
    let tested = over(model);
    tested.crm.text("opportunity:1", "stage", "discovery");
    let after = tested.after(&asked("opportunity:1", lost(None))).await;
    let said = "sources.hubspot.write in technology.yaml says fields: no";
    assert_eq!(after, skipped(said));
}

#[tokio::test]
async fn whom_a_record_is_routed_to_is_written_into_the_field_that_the_model_names() {
    let texts = {
        let mut texts = testkit::example_texts();
        let text = texts.get("technology.yaml").unwrap();
        let lead = "    title:   { type: text,   hubspot: jobtitle }\n";
        let with = format!("{lead}    sdr:     {{ type: person, hubspot: sdr }}\n");
        let text = text.replacen(lead, &with, 1);
        texts.insert("technology.yaml", text.as_bytes());
        let text = texts.get("processes.yaml").unwrap();
        let (before, leads) = text.split_once("\nrouting:").unwrap();
        let (leads, after) = leads.split_once("  opportunity:  ").unwrap();
        let leads = leads.replace("\n      to: ", "\n      into: lead.sdr\n      to: ");
        let text = format!("{before}\nrouting:{leads}  opportunity:  {after}");
        texts.insert("processes.yaml", text.as_bytes());
        texts
    };
    let tested = over(testkit::model_of(&texts));
    tested.has("lead:1");
    tested.crm.edit("lead:1", "owner", person("maya"));
    let asked = asked("lead:1", owner("anna", None));
    let (status, note) = tested.after(&asked).await;
    assert_eq!(
        (status, note.as_str()),
        (EffectStatus::Done, "sdr set from nobody to anna")
    );
    assert_eq!(tested.crm.get("lead:1", "sdr"), person("anna"));
    assert_eq!(tested.crm.get("lead:1", "owner"), person("maya"));
}

/// What takes a write back empties the field that was empty.
#[tokio::test]
async fn a_field_is_emptied_as_long_as_it_holds_what_was_written() {
    let CrmWrite::Fields { set } = lost(None) else {
        panic!("fields");
    };
    let back = || CrmWrite::Fields {
        set: set.iter().map(FieldChange::back).collect(),
    };
    let tested = deal();
    tested.crm.text("opportunity:1", "stage", "lost");
    tested
        .crm
        .text("opportunity:1", "loss_reason", "no_decision");
    let after = tested.after(&asked("opportunity:1", back())).await;
    let said = "stage set from lost to discovery, loss_reason set from no_decision to empty";
    assert_eq!(after, done(said));
    assert_eq!(tested.crm.get("opportunity:1", "loss_reason"), None);
    assert_eq!(tested.crm.get("opportunity:1", "stage"), text("discovery"));

    let tested = deal();
    tested.crm.text("opportunity:1", "stage", "lost");
    tested.crm.text("opportunity:1", "loss_reason", "price");
    let after = tested.after(&asked("opportunity:1", back())).await;
    assert_eq!(
        after,
        skipped("left alone: loss_reason is price by now, not no_decision")
    );
    assert_eq!(tested.crm.get("opportunity:1", "stage"), text("lost"));
}
