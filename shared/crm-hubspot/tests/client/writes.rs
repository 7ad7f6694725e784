//! Writing: properties and tasks.

use std::collections::BTreeMap;

use crm_hubspot::{
    ObjectType,
    task::{NewTask, Priority},
};
use engine::CrmError;
use serde_json::json;

use crate::{
    client,
    server::{Server, json as reply},
};

fn task() -> NewTask {
    NewTask {
        subject: "Complete the criteria".to_owned(),
        body: "Two are unmet".to_owned(),
        marker: "gate-900-3".to_owned(),
        owner: None,
        due: "2026-03-05T10:00:00Z".parse().unwrap(),
        priority: Priority::Medium,
        about: vec![(ObjectType::Deals, "900".to_owned())],
    }
}

#[tokio::test]
async fn properties_are_set() {
    let server = Server::start(vec![reply(200, &json!({ "id": "900" }))]).await;
    let properties = BTreeMap::from([("dealstage".to_owned(), "sql".to_owned())]);
    client(&server)
        .update("deals", "900", &properties)
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line, "PATCH /crm/objects/2026-09/deals/900");
    assert_eq!(
        asked[0].body,
        json!({ "properties": { "dealstage": "sql" } })
    );
}

#[tokio::test]
async fn an_id_stays_one_part_of_the_path() {
    let server = Server::start(vec![reply(200, &json!({ "id": "1" }))]).await;
    let id = "1/associations?x#y";
    client(&server)
        .update("deals", id, &BTreeMap::new())
        .await
        .unwrap();
    assert_eq!(
        server.lines(),
        ["PATCH /crm/objects/2026-09/deals/1%2Fassociations%3Fx%23y"]
    );
}

#[tokio::test]
async fn a_task_is_created_and_found_again() {
    let server = Server::start(vec![
        reply(201, &json!({ "id": "77" })),
        reply(
            200,
            &json!({ "results": [{ "from": { "id": "900" }, "to": [
                { "toObjectId": "76", "associationTypes": [] },
                { "toObjectId": "77", "associationTypes": [] },
            ]}]}),
        ),
        reply(
            200,
            &json!({ "results": [
                { "id": "76", "properties": { "hs_task_body": "[gate-900-33]" } },
                { "id": "77", "properties": { "hs_task_body": "Two are unmet<br>[gate-900-3]" } },
            ]}),
        ),
    ])
    .await;
    let client = client(&server);
    assert_eq!(client.create_task(&task()).await.unwrap(), "77");
    let found = client.tasks_of("deals", "900", "gate-900-3").await.unwrap();
    assert_eq!(found.as_deref(), Some("77"));
    let asked = server.asked();
    assert_eq!(
        server.lines(),
        [
            "POST /crm/objects/2026-09/tasks",
            "POST /crm/associations/2026-09/deals/tasks/batch/read",
            "POST /crm/objects/2026-09/tasks/batch/read",
        ]
    );
    assert_eq!(
        asked[2].body,
        json!({
            "properties": ["hs_task_body"], "propertiesWithHistory": [],
            "inputs": [{ "id": "76" }, { "id": "77" }],
        })
    );
}

/// It may be the one that is looked for, and would be made a second time.
#[tokio::test]
async fn a_task_that_cannot_be_read_is_not_taken_for_absence() {
    let associated = reply(
        200,
        &json!({ "results": [{ "from": { "id": "900" }, "to": [
            { "toObjectId": "76", "associationTypes": [] },
        ]}]}),
    );
    let unread = |category: &str| {
        reply(
            207,
            &json!({ "results": [], "errors": [
                { "category": category, "context": { "ids": ["76"] } },
            ]}),
        )
    };
    let server = Server::start(vec![associated.clone(), unread("MISSING_SCOPES")]).await;
    let found = client(&server).tasks_of("deals", "900", "gate-900-3").await;
    assert!(matches!(found, Err(CrmError::Refused { .. })), "{found:?}");
    let server = Server::start(vec![associated, unread("OBJECT_NOT_FOUND")]).await;
    let found = client(&server).tasks_of("deals", "900", "gate-900-3").await;
    assert_eq!(found, Ok(None), "one that is gone is not");
}

#[tokio::test]
async fn without_tasks_none_is_found_and_none_is_read() {
    let server = Server::start(vec![reply(200, &json!({ "results": [] }))]).await;
    let found = client(&server).tasks_of("deals", "900", "gate-900-3").await;
    assert_eq!(found, Ok(None));
    assert_eq!(server.asked().len(), 1);
}
