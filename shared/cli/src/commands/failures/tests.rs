#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may panic"
)]

use aws::{LyingMessage, Object};
use contracts::{
    AuditRecord, Cause, DecisionDraft, Event, EventData, EventId, Function, Key, Subject,
    state::{QuarantineState, Settled},
};
use crm::PersonId;
use engine::Table;
use jiff::tz::TimeZone;
use model::Revision;
use serde_json::{Value, json};
use store::{Guard, MemoryStore, Put, Store, Transaction};
use testkit::{TestClock, at, example_model, example_rules, record_id, source};

use super::{
    called,
    failure::{Failure, Kind, Place},
    kept::{noticed, quarantined, settle, told_after},
    letters::{Named, letter},
    repair::dropped,
    told::{as_json, as_text, whole},
    unpublished::batch,
};
use crate::{commands::CouldNotRun, stack::wait};

const NOW: &str = "2026-11-23T10:00:00Z";

fn event(bulk: bool) -> Event {
    let revision = Revision {
        number: 7,
        hash: "0123456789abcdef0123".to_owned(),
    };
    let data = EventData::RecordWaiting {
        rule: "none".to_owned(),
    };
    let event = Event::new(EventId::of(&["one"]), at(NOW), &revision, data);
    let event = event.about(record_id("lead:7"), 1);
    if bulk { event.in_bulk() } else { event }
}

fn message(body: &str, attributes: &[(&str, &str)]) -> LyingMessage {
    let attributes = attributes.iter();
    LyingMessage {
        id: "7b6c".to_owned(),
        receipt: "r".to_owned(),
        body: body.to_owned(),
        attributes: attributes
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        sent: Some(at("2026-11-23T09:30:00Z")),
    }
}

fn enveloped(event: &Event) -> String {
    json!({ "id": "x", "detail-type": event.name(), "time": NOW, "detail": event }).to_string()
}

fn named() -> Named {
    let names = [
        "fairlead-a-crm-sync",
        "fairlead-a-crm-sync-bulk",
        "fairlead-a-crm-sync-dead-letters",
        "fairlead-a-notify",
        "fairlead-a-undelivered",
    ];
    let url = |name: &str| (name.to_owned(), format!("https://queues/1/{name}"));
    names.map(url).into()
}

fn dead(bulk: bool) -> Failure {
    let said = [
        ("reason", "it failed 8 times by itself"),
        ("function", "crm-sync"),
        ("first_received", "2026-11-23T09:00:00Z"),
        ("received", "9"),
    ];
    let name = "fairlead-a-crm-sync-dead-letters";
    let place = (Kind::DeadLetter, name, "https://queues/1/dead");
    letter(place, message(&enveloped(&event(bulk)), &said), &named())
}

fn back_to(failure: &Failure) -> Option<&str> {
    match &failure.place {
        Place::Letter { came_from, .. } => came_from.as_deref(),
        _ => None,
    }
}

#[test]
fn a_dead_letter_says_why_and_goes_back_into_the_lane_that_it_came_from() {
    let failure = dead(false);
    assert_eq!(failure.reason, "it failed 8 times by itself");
    assert_eq!(failure.function, "crm-sync");
    assert_eq!(failure.record.as_deref(), Some("lead:7"));
    assert_eq!(failure.count, 9);
    assert_eq!(failure.first, Some(at("2026-11-23T09:00:00Z")));
    assert_eq!(failure.revision.as_ref().map(|it| it.number), Some(7));
    assert_eq!(
        back_to(&failure),
        Some("https://queues/1/fairlead-a-crm-sync")
    );
    let bulk = "https://queues/1/fairlead-a-crm-sync-bulk";
    assert_eq!(back_to(&dead(true)), Some(bulk));
    assert_eq!(
        dead(false).id,
        failure.id,
        "the same as long as it lies there"
    );
}

#[test]
fn what_the_bus_could_not_deliver_goes_where_it_was_to_go() {
    let name = "fairlead-a-undelivered";
    let place = (Kind::Undelivered, name, "https://queues/1/u");
    let said = [
        ("ERROR_CODE", "NO_PERMISSIONS"),
        ("RETRY_ATTEMPTS", "185"),
        ("TARGET_ARN", "arn:aws:sqs:eu-central-1:1:fairlead-a-notify"),
    ];
    let tick = json!({ "detail-type": "Scheduled Event", "detail": {} }).to_string();
    let failure = letter(place, message(&tick, &said), &named());
    assert_eq!(
        failure.reason,
        "the bus could not deliver it: NO_PERMISSIONS"
    );
    assert_eq!((failure.event.as_str(), failure.count), ("tick", 185));
    assert_eq!(failure.function, "notify");
    assert_eq!(
        back_to(&failure),
        Some("https://queues/1/fairlead-a-notify")
    );
    let unknown = letter(place, message(&tick, &[]), &named());
    assert_eq!(back_to(&unknown), None);
}

#[test]
fn of_what_is_no_event_of_ours_only_the_shape_is_shown() {
    let name = "fairlead-a-crm-sync-dead-letters";
    let place = (Kind::DeadLetter, name, "u");
    let body =
        json!({ "detail-type": "Ada Lovelace", "detail": { "mail": "ada@example.com", "n": 5 } });
    let failure = letter(place, message(&body.to_string(), &[]), &named());
    assert_eq!(failure.payload["detail"]["mail"], "a text of 15");
    assert_eq!(failure.payload["detail"]["n"], "a number");
    assert_eq!(failure.event, "unreadable");
    assert!(failure.reason.contains("the function died of it"));
    let no_json = letter(place, message("ada@example.com", &[]), &named());
    assert_eq!(no_json.payload, "no JSON: a text of 15 bytes");
    let all = format!("{}", as_json(&[failure, no_json]));
    assert!(!all.contains("ada@") && !all.contains("Ada"), "{all}");
}

fn audit() -> AuditRecord {
    let draft = DecisionDraft {
        emits: vec![EventData::RecordWaiting {
            rule: "none".to_owned(),
        }],
        ..DecisionDraft::default()
    };
    let subject = Subject::Record(record_id("lead:7"));
    let cause = Cause::of(&event(false));
    let revision = Revision::default();
    draft.into_audit(
        Function::LeadRouting,
        subject,
        &cause,
        1,
        &revision,
        at(NOW),
    )
}

/// A value as the table's stream writes it.
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

#[test]
fn a_batch_that_was_not_published_has_its_events() {
    let body = attribute(&serde_json::to_value(audit()).unwrap());
    let change = json!({ "eventName": "INSERT", "dynamodb": { "SequenceNumber": "1",
        "NewImage": { "pk": { "S": "A#hubspot:lead:7" }, "body": body } } });
    let payload = json!({ "Records": [change] }).to_string();
    let context = json!({ "condition": "RetryAttemptsExhausted", "approximateInvokeCount": 51 });
    let text = json!({ "requestContext": context, "payload": payload }).to_string();
    let object = Object {
        key: "aws/lambda/1".to_owned(),
        at: "2026-11-23T09:00:00.000Z".to_owned(),
    };
    let failure = batch(&object, &text);
    assert_eq!(
        failure.reason,
        "its events did not reach the bus (RetryAttemptsExhausted)"
    );
    assert_eq!(failure.event, "record.waiting");
    assert_eq!(failure.record.as_deref(), Some("lead:7"));
    assert_eq!(failure.count, 51);
    let Place::Unpublished(key, events) = &failure.place else {
        panic!("{failure:?}");
    };
    assert_eq!((key.as_str(), events), ("aws/lambda/1", &audit().events));
    let broken = batch(&object, "{");
    assert_eq!(broken.reason, "1 of its audit records cannot be read");
}

fn put_aside(of: &str) -> QuarantineState {
    QuarantineState {
        reason: "the event is no JSON".to_owned(),
        subscription: Some("contact.creation".to_owned()),
        object: Some("7".to_owned()),
        at: at("2026-11-20T10:00:00Z"),
        source: Some(source()),
        of: Some(of.to_owned()),
        revision: None,
        settled: None,
    }
}

#[test]
fn what_was_put_aside_is_found_fetched_again_and_found_no_more() {
    let store = MemoryStore::new();
    let key = Key::quarantine("2026-11-20".parse().unwrap(), &EventId::of(&["aside"]));
    let put = Put {
        key: key.clone(),
        body: serde_json::to_value(put_aside("contacts")).unwrap().into(),
        guard: Guard::Absent,
        indexes: contracts::Indexes::default(),
        expires: None,
        whole: None,
    };
    let table = Table::new(store, TestClock::at(at(NOW)));
    let found = wait(async {
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        table.store.commit(transaction).await.unwrap();
        let found = quarantined(&table.store, at(NOW)).await.unwrap();
        settle(&table, &key, Settled::Redriven, None).await.unwrap();
        let left = quarantined(&table.store, at(NOW)).await.unwrap();
        assert_eq!(left, []);
        Ok::<_, CouldNotRun>(found)
    })
    .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].record.as_deref(), Some("contacts 7"));
    let Place::Quarantined(key, state) = &found[0].place else {
        panic!("{found:?}");
    };
    let (model, revision) = (example_model(), Revision::default());
    let event = noticed(&model, key, state, &revision, at(NOW)).unwrap();
    assert_eq!(event.record, Some(record_id("lead:7")));
    assert_eq!(event.name(), "record.noticed");
    let again = noticed(&model, key, state, &revision, at(NOW)).unwrap();
    assert_eq!(again.id, event.id, "the same however often");
    let unmapped = noticed(&model, key, &put_aside("tickets"), &revision, at(NOW));
    assert!(unmapped.unwrap_err().contains("maps no record to tickets"));
}

#[test]
fn what_is_given_up_is_recorded_of_its_record_or_of_who_does_it() {
    let olga = PersonId::new("olga");
    let rules = example_rules();
    let of_record = dropped(&dead(false), (&olga, "a test"), &rules, at(NOW));
    assert_eq!(of_record.subject, Subject::Record(record_id("lead:7")));
    assert!(
        of_record
            .outcome
            .starts_with("olga gives up record.waiting of crm-sync")
    );
    assert!(of_record.outcome.ends_with(": a test"));
    let mut unreadable = dead(false);
    unreadable.payload = Value::Null;
    let of_person = dropped(&unreadable, (&olga, "a test"), &rules, at(NOW));
    assert_eq!(of_person.subject, Subject::Person(olga));
}

#[test]
fn the_list_says_what_lies_where() {
    let zone = TimeZone::UTC;
    assert_eq!(as_text(&[], &zone), "nothing has failed\n");
    let id = dead(false).id;
    assert_eq!(
        as_text(&[dead(false)], &zone),
        format!(
            "id        kind         function  record  first seen             tried  reason\n\
             {id}  dead-letter  crm-sync  lead:7  Mon 23 Nov 2026 09:00  9      it failed 8 times by itself\n\
             `fairlead failures show ID` tells more, `redrive ID` puts it back, `drop ID --reason … --by …` gives it up\n"
        )
    );
    let many: Vec<Failure> = (0..25).map(|_| dead(false)).collect();
    let text = as_text(&many, &zone);
    assert!(text.contains("and 5 more for the same reasons"), "{text}");
    let whole = whole(&dead(false), &zone);
    assert!(
        whole.contains("  sent by     deployment 7, model 0123456789ab\n"),
        "{whole}"
    );
    assert!(whole.contains("\"record.waiting\""), "{whole}");
}

#[test]
fn an_id_is_found_by_its_beginning_or_the_message_says_what_to_do() {
    let failures = [dead(false)];
    let id = &failures[0].id;
    assert!(called(&failures, id).is_ok());
    assert!(called(&failures, &id[..4]).is_ok());
    for wrong in ["", &id[..3], "zzzz"] {
        let why = called(&failures, wrong).unwrap_err();
        assert!(why.contains("`fairlead failures` lists"), "{why}");
    }
    let twice = [dead(false), dead(false)];
    assert!(called(&twice, id).unwrap_err().contains("write more"));
}

/// An owner that is refused leaves a mail unsent: with the write, that is asked for again as well, and nothing beside.
#[test]
fn who_was_to_hear_of_a_refused_owner_is_found_with_it() {
    let anna = PersonId::new("anna");
    let write = contracts::CrmWrite::Owner {
        to: anna.clone(),
        only_if: None,
    };
    let notice = contracts::Notice::LeadAssigned {
        rule: "dach".to_owned(),
        respond_by: None,
    };
    let routed = EventData::RecordRouted {
        owner: anna.clone(),
        rule: "dach".to_owned(),
        pool: None,
    };
    let draft = DecisionDraft {
        emits: vec![
            routed,
            EventData::CrmWriteRequested { write },
            EventData::NoticeRequested { to: anna, notice },
        ],
        ..DecisionDraft::default()
    };
    let audit = draft.into_audit(
        Function::LeadRouting,
        Subject::Record(record_id("lead:7")),
        &Cause::of(&event(false)),
        1,
        &Revision::default(),
        at(NOW),
    );
    let events = audit.events.clone();
    let found = wait(async {
        let store = MemoryStore::new();
        let transaction = Transaction {
            puts: vec![store::audit_put(audit)],
            checks: Vec::new(),
        };
        store.commit(transaction).await.unwrap();
        let after = told_after(&store, &events[1]).await.unwrap();
        let of_another = told_after(&store, &events[0]).await.unwrap();
        Ok::<_, CouldNotRun>((after, of_another))
    });
    assert_eq!(found.unwrap(), (vec![events[2].clone()], Vec::new()));
}
