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

fn inputs(ids: &[&str], stage: &str) -> BTreeMap<String, BTreeMap<String, String>> {
    let properties = BTreeMap::from([("dealstage".to_owned(), stage.to_owned())]);
    ids.iter()
        .map(|id| ((*id).to_owned(), properties.clone()))
        .collect()
}

#[tokio::test]
async fn properties_are_set() {
    let server = Server::start(vec![reply(200, &json!({ "id": "900" }))]).await;
    client(&server)
        .update("deals", &inputs(&["900"], "sql"))
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
        .update("deals", &inputs(&[id], "sql"))
        .await
        .unwrap();
    assert_eq!(
        server.lines(),
        ["PATCH /crm/objects/2026-09/deals/1%2Fassociations%3Fx%23y"]
    );
}

/// Of each of several it is said what became of it.
#[tokio::test]
async fn several_are_set_by_one_request_and_each_has_its_answer() {
    let server = Server::start(vec![reply(
        207,
        &json!({
            "status": "COMPLETE",
            "results": [{ "id": "1" }],
            "numErrors": 2,
            "errors": [
                { "status": "error", "category": "OBJECT_NOT_FOUND", "message": "gone",
                  "context": { "ids": ["2"] } },
                { "status": "error", "category": "VALIDATION_ERROR", "message": "no ada@example.com",
                  "errors": [{ "code": "INVALID_OPTION" }],
                  "context": { "objectWriteTraceId": ["3"] } },
            ],
        }),
    )])
    .await;
    let wanted = inputs(&["1", "2", "3", "4"], "sql");
    let came = client(&server).update("deals", &wanted).await.unwrap();
    assert_eq!(came["1"], Ok(()));
    assert_eq!(came["2"], Err(CrmError::NotFound));
    let why = "status 207, VALIDATION_ERROR: INVALID_OPTION".to_owned();
    assert_eq!(came["3"], Err(CrmError::Refused { why }));
    // Silence is no yes and no "nothing was done".
    assert!(
        came["4"]
            .as_ref()
            .is_err_and(|error| !error.surely_did_nothing())
    );
    let asked = server.asked();
    assert_eq!(
        asked[0].line,
        "POST /crm/objects/2026-09/deals/batch/update"
    );
    assert_eq!(
        asked[0].body["inputs"][0],
        json!({ "id": "1", "properties": { "dealstage": "sql" }, "objectWriteTraceId": "1" })
    );
}

/// An error that names nobody says nothing of who was set: that is no final no for all of them.
#[tokio::test]
async fn an_error_that_names_no_object_leaves_it_open_what_was_done() {
    let server = Server::start(vec![reply(
        207,
        &json!({ "results": [{ "id": "1" }], "errors": [{ "category": "VALIDATION_ERROR", "context": {} }] }),
    )])
    .await;
    let came = client(&server)
        .update("deals", &inputs(&["1", "2"], "sql"))
        .await;
    let error = came.unwrap_err();
    assert!(!error.surely_did_nothing(), "{error}");
}

/// The CRM gives the record that stayed under the id of the one that was merged into it, alone as in a batch.
#[tokio::test]
async fn a_merged_record_is_not_found() {
    let stayed = json!({ "id": "2", "properties": { "dealstage": "sql" } });
    let server = Server::start(vec![
        reply(200, &stayed),
        reply(200, &json!({ "results": [stayed.clone()] })),
    ])
    .await;
    let client = client(&server);
    for ids in [vec!["1".to_owned()], vec!["1".to_owned(), "3".to_owned()]] {
        let read = client
            .read_with_history("deals", &ids, &["dealstage".to_owned()])
            .await;
        assert_eq!(read.unwrap()["1"], Err(CrmError::NotFound));
    }
}

#[tokio::test]
async fn more_than_a_hundred_take_several_requests() {
    let done = |from: u32, to: u32| {
        let results: Vec<_> = (from..=to)
            .map(|id| json!({ "id": id.to_string() }))
            .collect();
        reply(200, &json!({ "status": "COMPLETE", "results": results }))
    };
    let server = Server::start(vec![done(1000, 1099), done(1100, 1149)]).await;
    let ids: Vec<String> = (1000..=1149).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let came = client(&server).update("deals", &inputs(&ids, "sql")).await;
    assert!(came.unwrap().values().all(Result::is_ok));
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn several_are_read_with_their_history_by_one_request() {
    let object = json!({ "id": "1", "properties": { "dealstage": "sql" } });
    let server = Server::start(vec![reply(
        207,
        &json!({
            "results": [object],
            "errors": [{ "category": "OBJECT_NOT_FOUND", "context": { "ids": ["2"] } }],
        }),
    )])
    .await;
    let ids = ["1".to_owned(), "2".to_owned()];
    let client = client(&server);
    let read = client
        .read_with_history("deals", &ids, &["dealstage".to_owned()])
        .await;
    let read = read.unwrap();
    assert_eq!(read["1"], Ok(object));
    assert_eq!(read["2"], Err(CrmError::NotFound));
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /crm/objects/2026-09/deals/batch/read");
    assert_eq!(asked[0].body["propertiesWithHistory"], json!(["dealstage"]));
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

#[tokio::test]
async fn a_record_is_found_by_a_value_that_no_other_has() {
    let server = Server::start(vec![
        reply(200, &json!({ "id": "901" })),
        reply(404, &json!({ "category": "OBJECT_NOT_FOUND" })),
    ])
    .await;
    let client = client(&server);
    for found in [Some("901".to_owned()), None] {
        let key = "opportunity-900-renewal";
        let id = client.find_by("deals", "fairlead_follows", key).await;
        assert_eq!(id.unwrap(), found);
    }
    let line = "GET /crm/objects/2026-09/deals/opportunity-900-renewal?idProperty=fairlead_follows&properties=fairlead_follows";
    assert_eq!(server.lines(), [line, line]);
}

/// One that is there already is changed, and not made twice.
#[tokio::test]
async fn a_record_is_created_by_an_upsert_and_put_under_its_account() {
    let created = json!({ "status": "COMPLETE", "results": [{ "id": "901", "new": true, "properties": {} }] });
    let server = Server::start(vec![
        reply(200, &created),
        reply(200, &json!({ "status": "COMPLETE", "results": [] })),
    ])
    .await;
    let client = client(&server);
    let key = "opportunity-900-renewal";
    let properties = BTreeMap::from([("dealstage".to_owned(), "due".to_owned())]);
    let unique = ("fairlead_follows", key);
    let id = client.upsert("deals", unique, &properties).await;
    assert_eq!(id.unwrap(), "901");
    let under = client.associate(("deals", "901"), ("companies", "200"));
    under.await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "POST /crm/objects/2026-09/deals/batch/upsert",
            "PUT /crm/objects/2026-09/deals/901/associations/default/companies/200",
        ]
    );
    assert_eq!(
        server.asked()[0].body,
        json!({ "inputs": [{
            "id": key, "idProperty": "fairlead_follows", "objectWriteTraceId": key,
            "properties": { "dealstage": "due" },
        }] })
    );
}

#[tokio::test]
async fn what_the_crm_refuses_to_create_is_said_and_asked_once() {
    let refused = json!({
        "status": "COMPLETE", "results": [], "numErrors": 1,
        "errors": [{
            "category": "VALIDATION_ERROR", "message": "no",
            "context": { "objectWriteTraceId": ["opportunity-900-renewal"] },
        }],
    });
    let server = Server::start(vec![reply(207, &refused)]).await;
    let unique = ("fairlead_follows", "opportunity-900-renewal");
    let created = client(&server)
        .upsert("deals", unique, &BTreeMap::new())
        .await;
    assert!(
        matches!(created, Err(CrmError::Refused { .. })),
        "{created:?}"
    );
    assert_eq!(server.lines().len(), 1);
}
