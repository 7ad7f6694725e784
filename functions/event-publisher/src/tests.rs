#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

use std::sync::{Mutex, PoisonError};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use contracts::{AuditRecord, Event, Key};
use serde_json::{Value, json};
use testkit::history::{of_deal, of_lead};

use super::*;

/// A bus that keeps what it took, or refuses everything.
#[derive(Default)]
struct TestBus {
    took: Mutex<Vec<Vec<Event>>>,
    refuses: Option<BusError>,
}

impl Bus for TestBus {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        if let Some(error) = &self.refuses {
            return Err(error.clone());
        }
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        took.push(events.to_vec());
        Ok(())
    }
}

impl TestBus {
    fn took(&self) -> Vec<Vec<Event>> {
        self.took.lock().unwrap().clone()
    }
}

/// A value as the stream writes it.
fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({ "NULL": true }),
        Value::Bool(yes) => json!({ "BOOL": yes }),
        Value::Number(number) => json!({ "N": number.to_string() }),
        Value::String(text) => json!({ "S": text }),
        Value::Array(all) => json!({ "L": all.iter().map(attribute).collect::<Vec<_>>() }),
        Value::Object(all) => {
            let all = all
                .iter()
                .map(|(name, value)| (name.clone(), attribute(value)));
            json!({ "M": all.collect::<serde_json::Map<_, _>>() })
        }
    }
}

/// A change of the table as Lambda hands it over.
fn change(name: &str, key: &Key, body: &Value) -> Value {
    json!({
        "eventID": "1",
        "eventName": name,
        "dynamodb": {
            "Keys": { "pk": { "S": key.pk }, "sk": { "S": key.sk } },
            "NewImage": {
                "pk": { "S": key.pk },
                "sk": { "S": key.sk },
                "version": { "N": "1" },
                "body": attribute(body),
            },
            "SequenceNumber": "4421584500000000017450439091",
            "StreamViewType": "NEW_IMAGE",
        },
        "eventSource": "aws:dynamodb",
    })
}

fn of_audit(name: &str, audit: &AuditRecord) -> Value {
    let key = Key::audit(&audit.subject, &audit.decision);
    change(name, &key, &serde_json::to_value(audit).unwrap())
}

fn record(change: Value) -> StreamRecord {
    serde_json::from_value(change).unwrap()
}

fn batch(changes: Vec<Value>) -> StreamEvent {
    serde_json::from_value(json!({ "Records": changes })).unwrap()
}

#[test]
fn a_new_audit_record_is_read_as_it_was_written() {
    for audit in of_lead().into_iter().chain(of_deal()) {
        let read = audit_of(&record(of_audit("INSERT", &audit))).unwrap();
        assert_eq!(read, Some(audit));
    }
}

/// A long one is packed, and bytes come as base64.
#[test]
fn a_packed_audit_record_is_read_too() {
    let audit = &of_lead()[0];
    let text = serde_json::to_string(audit).unwrap();
    let packed = BASE64.encode(contracts::pack(&text).unwrap());
    let mut change = of_audit("INSERT", audit);
    let image = change["dynamodb"]["NewImage"].as_object_mut().unwrap();
    image.remove("body");
    image.insert("packed".to_owned(), json!({ "B": packed }));
    let read = audit_of(&record(change.clone())).unwrap();
    assert_eq!(read.as_ref(), Some(audit));
    let damaged = json!({ "B": BASE64.encode(b"\x01nothing") });
    change["dynamodb"]["NewImage"]["packed"] = damaged;
    assert!(audit_of(&record(change)).is_err());
}

/// An audit record is never changed; and should one be, what followed from it has followed.
#[test]
fn a_change_or_a_removal_of_one_is_no_news() {
    let audit = &of_lead()[0];
    for name in ["MODIFY", "REMOVE"] {
        assert_eq!(
            audit_of(&record(of_audit(name, audit))).unwrap(),
            None,
            "{name}"
        );
    }
    let mut removed = of_audit("REMOVE", audit);
    let image = removed["dynamodb"].as_object_mut().unwrap();
    image.remove("NewImage");
    assert_eq!(audit_of(&record(removed)).unwrap(), None);
}

#[test]
fn other_partitions_are_passed_over_whatever_they_hold() {
    let lead = testkit::record_id("lead:1");
    let day = "2026-11-23".parse().unwrap();
    let event = contracts::EventId::of(&["event"]);
    // Even with the body of an audit record: the partition says what it is.
    let body = serde_json::to_value(&of_lead()[0]).unwrap();
    for key in [
        Key::record(&lead),
        Key::routing(&lead),
        Key::pool("dach_account_executives"),
        Key::absences(),
        Key::digest(&crm::PersonId::new("anna"), "seller"),
        Key::effect(&event),
        Key::quarantine(day, &event),
        Key::bucket(&testkit::source(), "requests"),
        Key::sweep(),
    ] {
        let read = audit_of(&record(change("INSERT", &key, &body))).unwrap();
        assert_eq!(read, None, "{key:?}");
    }
    let mut without_key = of_audit("INSERT", &of_lead()[0]);
    let image = without_key["dynamodb"]["NewImage"].as_object_mut().unwrap();
    image.insert("pk".to_owned(), json!({ "N": "1" }));
    assert_eq!(audit_of(&record(without_key)).unwrap(), None);
}

#[test]
fn an_audit_record_that_cannot_be_read_is_an_error() {
    let audit = &of_lead()[0];
    let key = Key::audit(&audit.subject, &audit.decision);
    let malformed = change("INSERT", &key, &json!({ "decision": "none" }));
    assert!(audit_of(&record(malformed)).is_err());
    let mut without_body = of_audit("INSERT", audit);
    let image = without_body["dynamodb"]["NewImage"]
        .as_object_mut()
        .unwrap();
    image.remove("body");
    assert!(audit_of(&record(without_body)).is_err());
}

#[tokio::test]
async fn the_events_of_a_batch_go_out_together_and_in_its_order() {
    let bus = TestBus::default();
    let audits = of_lead();
    let mut changes: Vec<Value> = audits.iter().map(|it| of_audit("INSERT", it)).collect();
    let lead = Key::record(&testkit::record_id("lead:1"));
    changes.insert(1, change("INSERT", &lead, &json!({ "sequence": 1 })));
    changes.push(of_audit("MODIFY", &audits[0]));
    let expected: Vec<Event> = audits.into_iter().flat_map(|it| it.events).collect();
    let published = publish(&bus, batch(changes)).await;
    assert_eq!(published, Ok(expected.len()));
    assert_eq!(bus.took(), [expected]);
}

#[tokio::test]
async fn a_batch_without_events_asks_nothing_of_the_bus() {
    let bus = TestBus {
        refuses: Some(BusError::Unavailable("no answer".to_owned())),
        ..TestBus::default()
    };
    let mut silent = of_lead()[0].clone();
    silent.events.clear();
    let changes = vec![of_audit("INSERT", &silent)];
    assert_eq!(publish(&bus, batch(changes)).await, Ok(0));
    assert_eq!(publish(&bus, batch(Vec::new())).await, Ok(0));
}

#[tokio::test]
async fn refused_events_fail_the_batch() {
    for error in [
        BusError::Unavailable("no answer".to_owned()),
        BusError::Refused {
            count: 1,
            of: 3,
            why: "ThrottlingException".to_owned(),
        },
        BusError::Malformed("no JSON".to_owned()),
    ] {
        let bus = TestBus {
            refuses: Some(error.clone()),
            ..TestBus::default()
        };
        let changes = of_lead().iter().map(|it| of_audit("INSERT", it)).collect();
        let failed = publish(&bus, batch(changes)).await;
        assert_eq!(failed, Err(PublishError::Bus(error)));
    }
}

/// Nothing of the batch goes out: it comes again in halves, until the bad one stands alone.
#[tokio::test]
async fn a_record_that_cannot_be_read_fails_its_batch_and_is_named() {
    let bus = TestBus::default();
    let audit = &of_lead()[0];
    let key = Key::audit(&audit.subject, &audit.decision);
    let mut malformed = change("INSERT", &key, &json!({ "decision": "none" }));
    malformed["dynamodb"]["SequenceNumber"] = json!("17");
    let changes = vec![of_audit("INSERT", audit), malformed];
    let Err(PublishError::Unreadable { sequence, why }) = publish(&bus, batch(changes)).await
    else {
        panic!("it was read")
    };
    assert_eq!(sequence, "17");
    assert!(!why.is_empty());
    assert!(bus.took().is_empty());
}
