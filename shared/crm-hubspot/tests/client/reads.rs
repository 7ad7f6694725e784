//! Reading: requests have the form of the API's documents, answers become records.

use std::collections::BTreeMap;

use crm::Value;
use crm_hubspot::client::{BatchRead, Owner};
use crm_hubspot::dictionary::Dictionary;
use crm_hubspot::object::{ObjectError, UserIds};
use engine::CrmError;
use serde_json::{Value as Json, json};

use crate::{
    client, deals, ids,
    server::{Server, json as reply},
};

fn deal(id: &str, amount: &str) -> Json {
    json!({
        "id": id, "archived": false,
        "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-02T08:00:00.000Z",
        "properties": { "amount": amount, "dealstage": null },
    })
}

fn batch(results: &[Json]) -> Json {
    json!({
        "status": "COMPLETE", "results": results,
        "startedAt": "2026-03-02T08:00:00.000Z", "completedAt": "2026-03-02T08:00:00.001Z",
    })
}

fn error(category: &str) -> Json {
    json!({
        "status": "error", "category": category, "message": "about ada@example.com",
        "context": { "ids": ["2"] }, "links": {}, "errors": [],
    })
}

#[tokio::test]
async fn records_are_read_with_what_the_mapping_names() {
    let server = Server::start(vec![reply(
        200,
        &batch(&[deal("1", "5"), deal("2", "many")]),
    )])
    .await;
    let read = client(&server)
        .batch_read(&deals(), &ids(&["2", "1", "2"]), &Dictionary::default())
        .await
        .unwrap();
    let asked = server.asked();
    assert_eq!(asked[0].line, "POST /crm/objects/2026-09/deals/batch/read");
    assert!(asked[0].head.contains("authorization: Bearer a-token\r\n"));
    assert!(asked[0].head.contains("content-type: application/json\r\n"));
    assert_eq!(
        asked[0].body,
        json!({
            "properties": [
                "amount", "amount_in_home_currency", "deal_currency_code", "dealstage", "hs_lastmodifieddate",
                "notes_last_contacted",
            ],
            "propertiesWithHistory": ["dealstage", "notes_last_contacted"],
            "inputs": [{ "id": "1" }, { "id": "2" }],
        })
    );
    assert_eq!(read.records.len(), 2);
    assert_eq!(
        read.records[0].value("amount"),
        Some(&Value::Number(5.into()))
    );
    assert_eq!(read.missing, ids(&[]));
    let unreadable = &read.unreadable[0];
    assert_eq!(
        (unreadable.0.to_string(), unreadable.1.field.as_str()),
        ("hubspot:opportunity:2".to_owned(), "amount")
    );
}

#[tokio::test]
async fn what_is_not_found_or_stands_for_another_is_missing() {
    let mut answer = batch(&[deal("1", "5"), deal("9", "5"), deal("9", "5")]);
    answer["numErrors"] = json!(1);
    answer["errors"] = json!([error("OBJECT_NOT_FOUND")]);
    let server = Server::start(vec![reply(207, &answer)]).await;
    let read = client(&server)
        .batch_read(&deals(), &ids(&["1", "2", "3"]), &Dictionary::default())
        .await
        .unwrap();
    assert_eq!(read.missing, ids(&["2", "3"]));
    let read: Vec<String> = read
        .records
        .iter()
        .map(|record| record.id.to_string())
        .collect();
    assert_eq!(read, ["hubspot:opportunity:1", "hubspot:opportunity:9"]);
}

#[tokio::test]
async fn any_other_error_in_a_batch_is_not_taken_for_absence() {
    let mut answer = batch(&[]);
    answer["errors"] = json!([error("MISSING_SCOPES")]);
    answer["errors"][0]["context"] = json!({});
    let server = Server::start(vec![reply(207, &answer)]).await;
    let result = client(&server)
        .batch_read(&deals(), &ids(&["2"]), &Dictionary::default())
        .await;
    let refused = CrmError::Refused {
        why: "status 207, MISSING_SCOPES".to_owned(),
    };
    assert_eq!(result, Err(refused));
    // What is said of one that it names is what became of that one.
    answer["errors"][0]["context"] = json!({ "ids": ["2"] });
    answer["results"] = json!([deal("1", "5")]);
    let server = Server::start(vec![reply(207, &answer)]).await;
    let read = client(&server)
        .batch_read(&deals(), &ids(&["1", "2"]), &Dictionary::default())
        .await
        .unwrap();
    assert_eq!((read.records.len(), read.missing.len()), (1, 0));
    assert_eq!(read.broken[0].id, "2");
}

#[tokio::test]
async fn an_object_that_is_no_record_does_not_spoil_the_others() {
    let mut broken = deal("2", "5");
    broken.as_object_mut().unwrap().remove("updatedAt");
    let server = Server::start(vec![reply(200, &batch(&[broken, deal("1", "5")]))]).await;
    let read = client(&server)
        .batch_read(&deals(), &ids(&["1", "2"]), &Dictionary::default())
        .await
        .unwrap();
    assert_eq!((read.records.len(), read.missing.len()), (1, 0));
    assert_eq!(read.broken[0].id, "2");
    assert_eq!(
        read.broken[0].why,
        ObjectError::NoTime("updatedAt").to_string()
    );
}

/// It may be any of those that did not come, so none of them may be taken for gone.
#[tokio::test]
async fn an_object_without_an_id_makes_nothing_missing() {
    let mut anonymous = deal("2", "5");
    anonymous.as_object_mut().unwrap().remove("id");
    let server = Server::start(vec![reply(200, &batch(&[anonymous, deal("1", "5")]))]).await;
    let read = client(&server)
        .batch_read(&deals(), &ids(&["1", "2", "3"]), &Dictionary::default())
        .await
        .unwrap();
    assert_eq!((read.records.len(), read.missing.len()), (1, 0));
    let broken: Vec<&str> = read.broken.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(broken, ["2", "3"]);
}

#[tokio::test]
async fn fifty_records_with_history_make_one_request() {
    let many: Vec<String> = (1..=120).map(|id| id.to_string()).collect();
    let answer = reply(200, &batch(&[]));
    let server = Server::start(vec![answer.clone(), answer.clone(), answer]).await;
    let read = client(&server)
        .batch_read(&deals(), &many, &Dictionary::default())
        .await
        .unwrap();
    let sizes: Vec<usize> = server
        .asked()
        .iter()
        .map(|asked| asked.body["inputs"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [50, 50, 20]);
    assert_eq!(read.missing.len(), 120);
    let none = client(&server)
        .batch_read(&deals(), &[], &Dictionary::default())
        .await;
    assert_eq!(none, Ok(BatchRead::default()));
    assert_eq!(server.asked().len(), 3, "nothing is asked for nothing");
}

fn to(id: &str, type_ids: &[u32]) -> Json {
    let types: Vec<Json> = type_ids
        .iter()
        .map(|id| json!({ "category": "HUBSPOT_DEFINED", "typeId": id, "label": null }))
        .collect();
    json!({ "toObjectId": id, "associationTypes": types })
}

#[tokio::test]
async fn associations_are_paged_and_the_primary_company_is_first() {
    let first = json!([
        { "from": { "id": "1" }, "to": [to("30", &[279]), to("31", &[279])],
          "paging": { "next": { "after": "more" } } },
        { "from": { "id": "2" }, "to": [to("40", &[279, 1])] },
    ]);
    let second = json!([{ "from": { "id": "1" }, "to": [to("32", &[1, 279]), to("30", &[279])] }]);
    let mut last = batch(second.as_array().unwrap());
    last["errors"] = json!([error("OBJECT_NOT_FOUND")]);
    let server = Server::start(vec![
        reply(200, &batch(first.as_array().unwrap())),
        reply(207, &last),
    ])
    .await;
    let found = client(&server)
        .associated("contacts", "companies", &ids(&["1", "2", "3"]))
        .await
        .unwrap();
    assert_eq!(
        found,
        BTreeMap::from([
            ("1".to_owned(), ids(&["32", "30", "31"])),
            ("2".to_owned(), ids(&["40"])),
            ("3".to_owned(), ids(&[])),
        ])
    );
    let asked = server.asked();
    let line = "POST /crm/associations/2026-09/contacts/companies/batch/read";
    assert_eq!(server.lines(), [line, line]);
    assert_eq!(
        asked[0].body,
        json!({ "inputs": [{ "id": "1" }, { "id": "2" }, { "id": "3" }] })
    );
    assert_eq!(
        asked[1].body,
        json!({ "inputs": [{ "id": "1", "after": "more" }] })
    );
}

#[tokio::test]
async fn a_cursor_that_leads_in_a_circle_ends() {
    let page = json!([{ "from": { "id": "1" }, "to": [], "paging": { "next": { "after": "1" } } }]);
    let page = reply(200, &batch(page.as_array().unwrap()));
    let server = Server::start(vec![page; 200]).await;
    let result = client(&server)
        .associated("deals", "companies", &ids(&["1"]))
        .await;
    assert!(
        matches!(result, Err(CrmError::Malformed { .. })),
        "{result:?}"
    );
}

#[tokio::test]
async fn single_properties_are_read_as_they_are_spelt() {
    let mut answer = deal("1", "5");
    answer["properties"] = json!({ "dealstage": "sql", "amount": null, "hs_object_id": "1" });
    let server = Server::start(vec![reply(200, &answer)]).await;
    let values = client(&server)
        .read_properties("deals", "1", &["dealstage", "amount", "hubspot_owner_id"])
        .await
        .unwrap();
    assert_eq!(
        values,
        BTreeMap::from([("dealstage".to_owned(), "sql".to_owned())])
    );
    assert_eq!(
        server.lines(),
        [
            "GET /crm/objects/2026-09/deals/1?properties=dealstage&properties=amount&properties=hubspot_owner_id"
        ]
    );
}

#[tokio::test]
async fn owners_are_read_to_the_last_page() {
    let owner = |id: &str, user: Option<u32>| {
        let mut owner = json!({
            "id": id, "type": "PERSON", "archived": false, "email": "carla@example.com",
            "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-01T08:00:00.000Z",
        });
        if let Some(user) = user {
            owner["userId"] = json!(user);
        }
        owner
    };
    let server = Server::start(vec![
        reply(
            200,
            &json!({ "results": [owner("11000", Some(9_011_000))], "paging": { "next": { "after": "1 0" } } }),
        ),
        reply(200, &json!({ "results": [owner("11001", None)] })),
    ])
    .await;
    let owners = client(&server).owners().await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "GET /crm/owners/2026-09?limit=100",
            "GET /crm/owners/2026-09?limit=100&after=1+0"
        ]
    );
    assert_eq!(owners.len(), 2);
    assert_eq!(
        Owner::user_ids(&owners),
        UserIds::Known(BTreeMap::from([("9011000".to_owned(), "11000".to_owned())]))
    );
    assert!(!format!("{owners:?}").contains("carla@"));
}

#[tokio::test]
async fn whom_it_has_archived_and_who_is_out_of_office_are_two_lists() {
    let owner = json!({ "id": "11050", "archived": true, "userIdIncludingInactive": 9_011_050 });
    let user = json!({ "id": "7", "properties": {
        "hubspot_owner_id": "11002",
        "hs_out_of_office_hours": "[{\"startTimestamp\":1795442400000,\"endTimestamp\":1795500000000}]",
    } });
    let server = Server::start(vec![
        reply(200, &json!({ "results": [owner] })),
        reply(
            200,
            &json!({ "results": [user, { "id": "8", "properties": {} }] }),
        ),
    ])
    .await;
    let client = client(&server);
    let archived = client.archived_owners().await.unwrap();
    let out_of_office = client.out_of_office().await.unwrap();
    assert_eq!(
        server.lines(),
        [
            "GET /crm/owners/2026-09?limit=100&archived=true",
            "GET /crm/objects/2026-09/users?limit=100&properties=hubspot_owner_id%2Chs_out_of_office_hours"
        ]
    );
    assert_eq!(archived[0].id, "11050");
    let who: Vec<&String> = out_of_office.keys().collect();
    assert_eq!(who, ["11002"]);
}
