//! What a connection knows of its portal is read once, and never guessed.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use crm::{FieldMapping, FieldType, ObjectMapping, Value};
use crm_hubspot::Connection;
use engine::{Budget, Crm, CrmError, Reading, SecretError, Secrets};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value as Json, json};
use testkit::TestClock;

use crate::{
    deals, ids,
    server::{Reply, Server, json as reply},
};

pub(crate) struct Token;

impl Secrets for Token {
    async fn field(&self, _: &str, _: &str) -> Result<String, SecretError> {
        Ok("a-token".to_owned())
    }
}

/// Lets every request through, and counts them.
#[derive(Clone, Default)]
pub(crate) struct Counted(Arc<AtomicU32>);

impl Budget for Counted {
    async fn take(&self) -> Result<(), Duration> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

pub(crate) fn nine() -> Timestamp {
    "2026-11-25T09:00:00Z".parse().unwrap()
}

pub(crate) fn connection(
    server: &Server,
    budget: &Counted,
    clock: &TestClock,
) -> Connection<Token, Counted, TestClock> {
    let secret = "crm".to_owned();
    Connection::new(
        server.address(),
        Token,
        secret,
        budget.clone(),
        clock.clone(),
    )
}

/// Deals with a close date.
fn dated() -> ObjectMapping {
    let mut mapping = deals();
    let stage = mapping.fields[0].clone();
    mapping.fields.push(FieldMapping {
        field: "close_date".to_owned(),
        property: "closedate".to_owned(),
        holds: FieldType::Date,
        ..stage
    });
    mapping
}

const OWNERS: &str = "GET /crm/owners/2026-09?limit=100";
const DECLARED: &str = "GET /crm/properties/2026-09/deals";
const ZONE: &str = "GET /account-info/2026-09/details";
const RECORDS: &str = "POST /crm/objects/2026-09/deals/batch/read";

pub(crate) fn owners() -> Reply {
    reply(200, &json!({ "results": [] }))
}

/// Definitions as the CRM gives them, of which only names and types matter here.
fn properties(of_date: Option<&str>) -> Reply {
    let one = |name: &str, kind: &str, field: &str| {
        json!({
            "name": name, "label": name, "type": kind, "fieldType": field, "description": "",
            "groupName": "dealinformation", "options": [], "displayOrder": -1, "archived": false,
            "calculated": false, "externalOptions": false, "hasUniqueValue": false, "hidden": false,
            "hubspotDefined": true, "formField": true,
            "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-01T08:00:00.000Z",
            "modificationMetadata": {
                "archivable": true, "readOnlyDefinition": true, "readOnlyValue": false,
            },
        })
    };
    let mut all = vec![
        one("dealstage", "enumeration", "radio"),
        one("amount", "number", "number"),
    ];
    all.extend(of_date.map(|kind| one("closedate", kind, "date")));
    reply(200, &json!({ "results": all }))
}

fn account(zone: &str) -> Reply {
    let account = json!({
        "portalId": 62515, "accountType": "STANDARD", "timeZone": zone, "companyCurrency": "EUR",
        "additionalCurrencies": [], "utcOffset": "+01:00", "utcOffsetMilliseconds": 3_600_000,
        "uiDomain": "app.hubspot.com", "dataHostingLocation": "eu1",
    });
    reply(200, &account)
}

fn deal(close_date: &str) -> Reply {
    let deal = json!({
        "id": "1", "archived": false,
        "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-02T08:00:00.000Z",
        "properties": { "closedate": close_date },
    });
    let answer: Json = json!({
        "status": "COMPLETE", "results": [deal],
        "startedAt": "2026-03-02T08:00:00.000Z", "completedAt": "2026-03-02T08:00:00.001Z",
    });
    reply(200, &answer)
}

/// The close date of the only deal.
async fn close_date(
    connection: &Connection<Token, Counted, TestClock>,
) -> Result<Option<String>, CrmError> {
    let readings = connection.read(&dated(), &ids(&["1"])).await?;
    match &readings["1"] {
        Reading::Record { record, .. } => Ok(record.value("close_date").map(Value::to_string)),
        other => panic!("{other:?}"),
    }
}

fn some(day: &str) -> Result<Option<String>, CrmError> {
    Ok(Some(day.to_owned()))
}

#[tokio::test]
async fn types_and_zone_are_read_once_a_day() {
    let evening = || deal("2026-11-24T23:00:00.000Z");
    let server = Server::start(vec![
        owners(),
        properties(Some("datetime")),
        account("Europe/Berlin"),
        evening(),
        evening(),
        owners(),
        properties(Some("datetime")),
        account("America/New_York"),
        evening(),
    ])
    .await;
    let (budget, clock) = (Counted::default(), TestClock::at(nine()));
    let connection = connection(&server, &budget, &clock);
    assert_eq!(close_date(&connection).await, some("2026-11-25"));
    assert_eq!(close_date(&connection).await, some("2026-11-25"));
    clock.set(nine() + SignedDuration::from_hours(24));
    assert_eq!(close_date(&connection).await, some("2026-11-24"));
    let asked = [
        OWNERS, DECLARED, ZONE, RECORDS, RECORDS, OWNERS, DECLARED, ZONE, RECORDS,
    ];
    assert_eq!(server.lines(), asked);
    assert_eq!(
        budget.0.load(Ordering::Relaxed),
        9,
        "each takes from the budget"
    );
}

#[tokio::test]
async fn a_property_that_holds_a_day_needs_no_zone() {
    let server = Server::start(vec![owners(), properties(Some("date")), deal("2026-11-25")]).await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    assert_eq!(close_date(&connection).await, some("2026-11-25"));
    assert_eq!(server.lines(), [OWNERS, DECLARED, RECORDS]);
}

#[tokio::test]
async fn a_mapping_without_dates_asks_nothing_more() {
    let server = Server::start(vec![owners(), deal("2026-11-25")]).await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    let read = connection.read(&deals(), &ids(&["1"])).await;
    assert!(read.is_ok(), "{read:?}");
    assert_eq!(server.lines(), [OWNERS, RECORDS]);
}

/// Somebody may be about to make it, and it is asked for again before a day has passed.
#[tokio::test]
async fn a_property_that_was_not_there_is_looked_for_again() {
    let server = Server::start(vec![
        owners(),
        properties(None),
        deal(""),
        deal(""),
        owners(),
        properties(Some("datetime")),
        account("Europe/Berlin"),
        deal("2026-11-24T23:00:00.000Z"),
    ])
    .await;
    let clock = TestClock::at(nine());
    let connection = connection(&server, &Counted::default(), &clock);
    assert_eq!(close_date(&connection).await, Ok(None));
    assert_eq!(close_date(&connection).await, Ok(None));
    clock.set(nine() + SignedDuration::from_mins(15));
    assert_eq!(close_date(&connection).await, some("2026-11-25"));
    let asked = [
        OWNERS, DECLARED, RECORDS, RECORDS, OWNERS, DECLARED, ZONE, RECORDS,
    ];
    assert_eq!(server.lines(), asked);
}

fn lacks_a_right() -> Reply {
    let body = json!({
        "status": "error", "category": "MISSING_SCOPES", "message": "no", "correlationId": "1",
    });
    reply(403, &body)
}

/// Whatever goes wrong concerns every record, and none may be given up for it.
#[tokio::test]
async fn without_types_or_zone_nothing_is_read_and_all_is_tried_again() {
    for replies in [
        vec![owners(), lacks_a_right()],
        vec![owners(), reply(404, &json!({}))],
        vec![
            owners(),
            reply(200, &json!({ "results": [{ "name": "closedate" }] })),
        ],
        vec![owners(), properties(Some("datetime")), lacks_a_right()],
        vec![owners(), properties(Some("datetime")), account("Berlin")],
    ] {
        let server = Server::start(replies).await;
        let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
        let failed = close_date(&connection).await.unwrap_err();
        assert!(
            failed.is_retryable() && !failed.may_concern_one(),
            "{failed}"
        );
        assert!(failed.surely_did_nothing(), "{failed}");
        assert!(!server.lines().contains(&RECORDS.to_owned()));
    }
}

/// One odd definition among hundreds, of a property that nobody maps, stops nothing.
#[tokio::test]
async fn what_nobody_maps_may_be_declared_as_it_likes() {
    let odd = json!({ "results": [
        { "label": "x" }, { "name": 7, "type": "date" }, "y",
        { "name": "untold" }, { "name": "odd", "type": 5 },
        { "name": "closedate", "type": "date" },
    ]});
    let server = Server::start(vec![owners(), reply(200, &odd), deal("2026-11-25")]).await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    assert_eq!(close_date(&connection).await, some("2026-11-25"));
    assert_eq!(server.lines(), [OWNERS, DECLARED, RECORDS]);
}

#[tokio::test]
async fn what_could_not_be_read_is_named() {
    let untold = reply(200, &json!({ "results": [{ "name": "closedate" }] }));
    for (replies, says) in [
        (
            vec![reply(404, &json!({}))],
            "its users cannot be read: the CRM does not know",
        ),
        (
            vec![reply(200, &json!({ "results": [{}] }))],
            "its users cannot be read: the CRM's answer cannot be read: an owner has no `id`",
        ),
        (
            vec![owners(), untold],
            "what its properties hold cannot be read: the CRM's answer cannot be read: the property \
             `closedate` has no `type`",
        ),
        (
            vec![owners(), properties(Some("datetime")), account("Berlin")],
            "its time zone cannot be read",
        ),
    ] {
        let server = Server::start(replies).await;
        let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
        let failed = close_date(&connection).await.unwrap_err();
        assert!(failed.to_string().contains(says), "{failed}");
        assert!(failed.is_retryable(), "{failed}");
        assert!(!server.lines().contains(&RECORDS.to_owned()));
    }
}

/// Who made a change is then not known; all else is.
#[tokio::test]
async fn an_app_that_may_not_read_owners_still_syncs() {
    let refused = reply(400, &json!({ "category": "VALIDATION_ERROR" }));
    for no in [lacks_a_right(), refused] {
        let server = Server::start(vec![
            no,
            properties(Some("date")),
            deal("2026-11-25"),
            deal("2026-11-26"),
        ])
        .await;
        let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
        assert_eq!(close_date(&connection).await, some("2026-11-25"));
        assert_eq!(close_date(&connection).await, some("2026-11-26"));
        assert_eq!(server.lines(), [OWNERS, DECLARED, RECORDS, RECORDS]);
    }
}

#[tokio::test]
async fn only_the_field_that_is_written_is_looked_up() {
    let done = || reply(200, &json!({ "id": "1" }));
    let server = Server::start(vec![
        done(),
        properties(Some("datetime")),
        account("Europe/Berlin"),
        done(),
    ])
    .await;
    let connection = connection(&server, &Counted::default(), &TestClock::at(nine()));
    let mapping = dated();
    let stage = Value::Text("sql".to_owned());
    let to = |field: &str, value| {
        let values = BTreeMap::from([(field.to_owned(), Some(value))]);
        BTreeMap::from([("1".to_owned(), values)])
    };
    let stage = to("stage", stage);
    let set = connection.set_fields(&mapping, &stage);
    assert_eq!(set.await.unwrap()["1"], Ok(()));
    let day = Value::Date("2026-11-25".parse().unwrap());
    let day = to("close_date", day);
    let set = connection.set_fields(&mapping, &day);
    assert_eq!(set.await.unwrap()["1"], Ok(()));
    let patch = "PATCH /crm/objects/2026-09/deals/1";
    assert_eq!(server.lines(), [patch, DECLARED, ZONE, patch]);
    assert_eq!(
        server.asked()[3].body,
        json!({ "properties": { "closedate": "2026-11-24T23:00:00.000Z" } })
    );
}
