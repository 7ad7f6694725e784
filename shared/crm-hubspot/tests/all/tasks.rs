//! Tasks.

use crm_hubspot::{
    ObjectType, association,
    task::{NewTask, Priority, has_marker, task_body},
};
use serde_json::json;

#[test]
fn a_task_has_the_form_the_api_wants() {
    let mut task = NewTask {
        subject: "Complete the criteria of proposal".to_owned(),
        body: "Two are unmet:\namount > 0 & <budget>".to_owned(),
        marker: "gate-900-3".to_owned(),
        owner: Some("11000".to_owned()),
        due: "2026-03-05T10:00:00Z".parse().unwrap(),
        priority: Priority::High,
        about: vec![
            (ObjectType::Deals, "900".to_owned()),
            (ObjectType::Contacts, "5".to_owned()),
        ],
    };
    let about = |id: &str, type_id: u32| {
        json!({ "to": { "id": id }, "types": [
            { "associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id }
        ]})
    };
    let body = task_body(&task);
    assert_eq!(
        body,
        json!({
            "properties": {
                "hs_task_subject": "Complete the criteria of proposal",
                "hs_task_body":
                    "Two are unmet:<br>amount &gt; 0 &amp; &lt;budget&gt;<br>[gate-900-3]",
                "hs_timestamp": "2026-03-05T10:00:00.000Z",
                "hs_task_status": "NOT_STARTED",
                "hs_task_type": "TODO",
                "hs_task_priority": "HIGH",
                "hubspot_owner_id": "11000",
            },
            "associations": [about("900", 216), about("5", 204)],
        })
    );
    let text = body["properties"]["hs_task_body"].as_str().unwrap();
    assert!(has_marker(text, "gate-900-3"));
    assert!(
        !has_marker(text, "gate-900"),
        "a marker is never the start of another"
    );

    task.owner = None;
    task.about.clear();
    let body = task_body(&task);
    assert_eq!(body["properties"].get("hubspot_owner_id"), None);
    assert_eq!(body["associations"], json!([]));
}

#[test]
fn the_types_of_association_are_those_hubspot_defines() {
    for (from, to, id) in [
        ("tasks", "contacts", 204),
        ("tasks", "companies", 192),
        ("tasks", "deals", 216),
        ("contacts", "companies", 279),
        ("deals", "companies", 341),
        ("deals", "contacts", 3),
    ] {
        assert_eq!(association::plain(from, to), Some(id), "{from} to {to}");
    }
    assert_eq!(association::plain("tasks", "tickets"), None);
    assert!(association::is_primary_company("HUBSPOT_DEFINED", 1));
    assert!(association::is_primary_company("HUBSPOT_DEFINED", 5));
    assert!(!association::is_primary_company("USER_DEFINED", 1));
    assert!(!association::is_primary_company("HUBSPOT_DEFINED", 279));
}
