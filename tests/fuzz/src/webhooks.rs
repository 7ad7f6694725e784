//! What the CRM's webhooks bring, and what comes from whoever has learnt the address.

use std::collections::BTreeMap;

use contracts::{Event, EventData};
use crm::SourceName;
use crm_hubspot::{
    HubSpotWebhooks,
    signature::{SIGNATURE_V3_HEADER, TIMESTAMP_HEADER, sign_v3},
};
use engine::webhooks::{Answer, Body, Limits, Request, WebhookHandler};
use jiff::Timestamp;
use model::OperatingModel;
use serde_json::{Value, json};
use webhook_intake::WebhookIntake;

use crate::ports::{Kept, OneSecret, SECRET, now};

const ADDRESS: &str = "https://intake.example";

struct Intake {
    bus: Kept,
    function: WebhookIntake<Kept, OneSecret, HubSpotWebhooks>,
    path: String,
}

thread_local! {
    static INTAKE: Intake = intake();
}

fn noon() -> Timestamp {
    testkit::at("2026-11-25T12:00:00Z")
}

fn source(model: &OperatingModel) -> SourceName {
    model.sources.keys().next().unwrap().clone()
}

fn intake() -> Intake {
    let (bus, model) = (Kept::default(), testkit::example_model());
    let name = source(&model);
    let webhooks = BTreeMap::from([(name.clone(), HubSpotWebhooks)]);
    Intake {
        function: WebhookIntake::new(bus.clone(), &OneSecret, webhooks, model, Some(ADDRESS)),
        bus,
        path: format!("/webhooks/{}", name.as_str()),
    }
}

/// Whatever is signed is answered 200, 400, 413, or 403 if it is of another portal; what was taken is on the bus, each thing of it once, and the
/// same the second time.
pub(crate) fn signed(body: &[u8]) {
    let (answer, events) = INTAKE.with(|it| sent(it, body));
    assert!(matches!(answer.status, 200 | 400 | 403 | 413), "{answer:?}");
    if answer.status != 200 {
        assert_eq!(events, [], "{answer:?}");
        return;
    }
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    let number = |name: &str| told.get(name).and_then(Value::as_u64).unwrap();
    let told = number("accepted") + number("quarantined");
    assert_eq!(told, u64::try_from(events.len()).unwrap());
    // One event may name many records: a merge does.
    let most = Limits::default().events * crm_hubspot::webhook::MOST_RECORDS;
    assert!(events.len() <= most, "{}", events.len());
    for event in &events {
        let written = serde_json::to_string(event).unwrap();
        let again: Event = serde_json::from_str(&written).expect("what is sent can be read");
        assert_eq!(again, *event);
        if let EventData::WebhookQuarantined(put_aside) = &event.data {
            assert!(!put_aside.reason.is_empty());
        }
    }
    let (_, again) = INTAKE.with(|it| sent(it, body));
    let ids = |events: &[Event]| events.iter().map(|it| it.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&again), ids(&events));
}

fn sent(intake: &Intake, body: &[u8]) -> (Answer, Vec<Event>) {
    let at = noon().as_millisecond();
    let uri = format!("{ADDRESS}{}", intake.path);
    let headers = [
        (SIGNATURE_V3_HEADER, sign_v3(SECRET, "POST", &uri, body, at)),
        (TIMESTAMP_HEADER, at.to_string()),
    ];
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let request = Request {
        method: "POST".to_owned(),
        path: intake.path.clone(),
        headers: headers.into(),
        body: Body::Bytes(body.to_vec()),
        ..Request::default()
    };
    let answer = now(intake.function.answer(request, noon()));
    (answer, intake.bus.taken())
}

/// A request of which nobody knew the secret is refused, whatever its lines are, and nothing of it is on the bus.
pub(crate) fn of_anybody(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n');
    let mut line = || lines.next().unwrap_or_default().to_owned();
    let (method, path, query) = (line(), line(), line());
    let (signature, timestamp, base64) = (line(), line(), line());
    let body: Vec<&str> = lines.collect();
    let body = body.join("\n");
    let headers = [
        (SIGNATURE_V3_HEADER, signature),
        (TIMESTAMP_HEADER, timestamp),
    ];
    let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value));
    let request = Request {
        method,
        path,
        query,
        headers: headers.into(),
        body: if base64 == "base64" {
            Body::Base64(body)
        } else {
            Body::Bytes(body.into_bytes())
        },
        ..Request::default()
    };
    INTAKE.with(|intake| {
        let answer = now(intake.function.answer(request, noon()));
        assert!(matches!(answer.status, 400..=599), "{answer:?}");
        assert_eq!(intake.bus.taken(), []);
    });
}

pub(crate) fn requests() -> Vec<Vec<u8>> {
    let path = INTAKE.with(|it| it.path.clone());
    let at = noon().as_millisecond();
    let wrong = sign_v3("another", "POST", &format!("{ADDRESS}{path}"), b"[]", at);
    let lines = |base64: &str, body: &str| {
        format!("POST\n{path}\na=b\n{wrong}\n{at}\n{base64}\n{body}").into_bytes()
    };
    vec![lines("", "[]"), lines("base64", "W10=")]
}

pub(crate) fn bodies() -> Vec<Vec<u8>> {
    let portal = testkit::example_model();
    let portal = portal.sources.values().next().unwrap().portal.clone();
    let portal: u64 = portal.parse().unwrap_or(1);
    let one = |kind: &str, more: Value| {
        let mut event = json!({
            "eventId": 17, "subscriptionId": 3, "portalId": portal, "appId": 5, "occurredAt": 1_764_072_000_000_u64,
            "subscriptionType": kind, "attemptNumber": 0, "objectId": 100_001, "changeSource": "CRM_UI",
        });
        if let (Some(event), Value::Object(more)) = (event.as_object_mut(), more) {
            event.extend(more);
        }
        event
    };
    let of_a_kind = [
        one("contact.creation", json!({})),
        one(
            "contact.propertyChange",
            json!({ "propertyName": "email", "propertyValue": "a@b.example" }),
        ),
        one("contact.privacyDeletion", json!({})),
        one(
            "deal.merge",
            json!({
                "primaryObjectId": 1, "mergedObjectIds": [2, 3], "newObjectId": 4, "numberOfPropertiesMoved": 5,
            }),
        ),
        one(
            "contact.associationChange",
            json!({
                "associationType": "CONTACT_TO_COMPANY", "fromObjectId": 1, "toObjectId": 2, "associationRemoved": false,
            }),
        ),
        one("object.creation", json!({ "objectTypeId": "0-1" })),
    ];
    let all = Value::Array(of_a_kind.to_vec());
    let each = of_a_kind.iter().map(|it| Value::Array(vec![it.clone()]));
    let bodies = each.chain([all]).map(|it| it.to_string().into_bytes());
    bodies.collect()
}
