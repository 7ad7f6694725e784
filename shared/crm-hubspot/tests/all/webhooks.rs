//! Bodies of webhooks.

use crm_hubspot::{
    ObjectType,
    webhook::{Batch, Reason, parse},
};
use engine::webhooks::{BodyError, Limits, Merger};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const PORTAL: &str = "62515";

fn batch(body: &Value) -> Batch {
    parse(body.to_string().as_bytes(), PORTAL, Limits::default()).unwrap()
}

/// An event of ours, with these fields changed (null removes one).
pub(crate) fn event(changes: &Value) -> Value {
    let mut event = json!({
        "eventId": 7, "subscriptionId": 12345, "portalId": 62515, "appId": 54321,
        "occurredAt": 1_760_000_000_000_i64, "subscriptionType": "deal.propertyChange",
        "attemptNumber": 0, "objectId": 900, "propertyName": "dealstage",
        "propertyValue": "closedwon", "changeSource": "CRM_UI",
    });
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            event.as_object_mut().unwrap().remove(name);
        } else {
            event[name] = value.clone();
        }
    }
    event
}

/// The records that one event names: type, id, gone.
fn named(event: &Value) -> Vec<(ObjectType, String, bool)> {
    let batch = batch(&json!([event]));
    assert_eq!(batch.quarantined, vec![], "{event}");
    let named = batch.noticed.into_iter();
    named
        .map(|one| (one.object, one.object_id, one.deletion))
        .collect()
}

fn reason(changes: &Value) -> Reason {
    let batch = batch(&json!([event(changes), event(&json!({}))]));
    assert_eq!(
        batch.noticed.len(),
        1,
        "the other event is read all the same"
    );
    assert_eq!(batch.quarantined.len(), 1, "{changes}");
    batch.quarantined[0].reason
}

#[test]
fn what_was_changed_with_others_says_so() {
    for (source, in_bulk) in [
        (json!("CRM_UI_BULK_ACTION"), true),
        (json!("IMPORT"), true),
        (json!("BATCH_UPDATE"), true),
        (json!("CRM_UI"), false),
        (json!("INTEGRATION"), false),
        (json!(7), false),
        (Value::Null, false),
    ] {
        let read = batch(&json!([event(&json!({ "changeSource": source }))]));
        let said: Vec<bool> = read.noticed.iter().map(|it| it.in_bulk).collect();
        assert_eq!(said, [in_bulk], "{source}");
    }
}

#[test]
fn the_two_bodies_of_the_vendor_are_read() {
    let mut lines = include_str!("../vectors/hubspot_payloads.jsonl")
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["body"].to_string());
    let read = |body: String, portal| parse(body.as_bytes(), portal, Limits::default()).unwrap();

    let created = read(lines.next().unwrap(), "62515");
    assert_eq!(created.quarantined, vec![]);
    assert_eq!(created.noticed.len(), 1);
    let one = &created.noticed[0];
    assert_eq!(
        (one.object, one.object_id.as_str()),
        (ObjectType::Contacts, "123")
    );
    assert_eq!(one.occurred.to_string(), "2019-07-26T04:00:00Z");
    assert_eq!(one.property, None);
    assert_eq!(one.app_id.as_deref(), Some("54321"));
    assert!(!one.deletion);

    let moved = read(lines.next().unwrap(), "5799819");
    let one = &moved.noticed[0];
    assert_eq!(
        (one.object, one.object_id.as_str()),
        (ObjectType::Deals, "697680835")
    );
    assert_eq!(one.property.as_deref(), Some("dealstage"));
    assert_eq!(one.app_id.as_deref(), Some("186886"));
    assert_eq!(lines.next(), None);
}

#[test]
fn another_portals_events_are_counted_and_nothing_else() {
    let theirs = event(&json!({ "portalId": 62516, "subscriptionType": "nonsense" }));
    let batch = batch(&json!([theirs, event(&json!({ "portalId": "62515" }))]));
    assert_eq!((batch.foreign, batch.noticed.len()), (1, 1));
    assert_eq!(batch.quarantined, vec![]);
}

#[test]
fn every_subscription_we_know_names_its_record() {
    for (word, object) in [
        ("contact", ObjectType::Contacts),
        ("company", ObjectType::Companies),
        ("deal", ObjectType::Deals),
    ] {
        for (happening, gone) in [
            ("creation", false),
            ("propertyChange", false),
            ("restore", false),
            ("deletion", true),
            ("privacyDeletion", true),
        ] {
            let classic = event(&json!({ "subscriptionType": format!("{word}.{happening}") }));
            let expected = vec![(object, "900".to_owned(), gone)];
            assert_eq!(named(&classic), expected, "{word}.{happening}");
            let generic = event(&json!({
                "subscriptionType": format!("object.{happening}"),
                "objectTypeId": object.type_id(),
            }));
            assert_eq!(named(&generic), expected, "object.{happening}");
        }
    }
}

#[test]
fn a_merge_names_what_stays_and_what_is_gone() {
    let merge = event(&json!({
        "subscriptionType": "contact.merge", "objectId": null, "propertyName": null,
        "primaryObjectId": 5, "mergedObjectIds": [6, 7, 5], "newObjectId": 8,
    }));
    let contacts = |id: &str, gone| (ObjectType::Contacts, id.to_owned(), gone);
    assert_eq!(
        named(&merge),
        vec![
            contacts("8", false),
            contacts("5", true),
            contacts("6", true),
            contacts("7", true)
        ]
    );
    let into = || Some(Merger::Into("8".to_owned()));
    let of = Some(Merger::Of(["5", "6", "7"].map(str::to_owned).to_vec()));
    let mergers = |event: &Value| -> Vec<Option<Merger>> {
        let noticed = batch(&json!([event])).noticed.into_iter();
        noticed.map(|it| it.merger).collect()
    };
    assert_eq!(mergers(&merge), [of, into(), into(), into()]);
    let classic = event(&json!({ "subscriptionType": "contact.merge", "objectId": 5 }));
    assert_eq!(mergers(&classic), [None]);
    assert_eq!(named(&classic), vec![contacts("5", false)]);
}

#[test]
fn an_association_names_both_ends_that_we_keep() {
    let classic = event(&json!({
        "subscriptionType": "deal.associationChange", "objectId": null,
        "associationType": "DEAL_TO_COMPANY", "fromObjectId": 900, "toObjectId": 33,
        "associationRemoved": false,
    }));
    assert_eq!(
        named(&classic),
        vec![
            (ObjectType::Deals, "900".to_owned(), false),
            (ObjectType::Companies, "33".to_owned(), false)
        ]
    );
    let generic = event(&json!({
        "subscriptionType": "object.associationChange", "objectId": null,
        "fromObjectTypeId": "0-3", "toObjectTypeId": "0-5", "fromObjectId": 900,
        "toObjectId": 33,
    }));
    assert_eq!(
        named(&generic),
        vec![(ObjectType::Deals, "900".to_owned(), false)]
    );
}

#[test]
fn what_cannot_be_read_is_set_aside_with_its_reason() {
    for (changes, expected) in [
        (json!({ "portalId": null }), Reason::NoPortal),
        (json!({ "portalId": [62515] }), Reason::NoPortal),
        (
            json!({ "subscriptionType": null }),
            Reason::UnknownSubscription,
        ),
        (
            json!({ "subscriptionType": "deal.levitation" }),
            Reason::UnknownSubscription,
        ),
        (
            json!({ "subscriptionType": "ticket.creation" }),
            Reason::UnknownSubscription,
        ),
        (
            json!({ "subscriptionType": "0-1.creation" }),
            Reason::UnknownSubscription,
        ),
        (
            json!({ "subscriptionType": "object.creation" }),
            Reason::UnknownObjectType,
        ),
        (
            json!({ "subscriptionType": "object.creation", "objectTypeId": "0-5" }),
            Reason::UnknownObjectType,
        ),
        (json!({ "objectId": null }), Reason::BadObjectId),
        (json!({ "objectId": 0 }), Reason::BadObjectId),
        (json!({ "objectId": -3 }), Reason::BadObjectId),
        (json!({ "objectId": 1.5 }), Reason::BadObjectId),
        (json!({ "objectId": "007" }), Reason::BadObjectId),
        (json!({ "objectId": "../owners" }), Reason::BadObjectId),
        (json!({ "occurredAt": null }), Reason::BadTime),
        (json!({ "occurredAt": "yesterday" }), Reason::BadTime),
        (
            json!({ "occurredAt": 9_999_999_999_999_999_u64 }),
            Reason::BadTime,
        ),
        (json!({ "propertyName": null }), Reason::NoProperty),
        (json!({ "propertyName": "" }), Reason::NoProperty),
        (
            json!({
                "subscriptionType": "deal.merge", "primaryObjectId": 1,
                "mergedObjectIds": vec![2; 101],
            }),
            Reason::TooManyRecords,
        ),
    ] {
        assert_eq!(reason(&changes), expected, "{changes}");
    }
    let batch = batch(&json!([
        17,
        event(&json!({ "subscriptionType": "deal.levitation" }))
    ]));
    assert_eq!(batch.quarantined[0].reason, Reason::NotAnObject);
    let kept = &batch.quarantined[1];
    assert_eq!(kept.subscription.as_deref(), Some("deal.levitation"));
    assert_eq!(kept.object_id.as_deref(), Some("900"));
    assert_eq!(kept.occurred.unwrap().as_millisecond(), 1_760_000_000_000);
}

#[test]
fn a_key_is_the_same_for_every_try_and_for_no_other_event() {
    let key = |changes: Value| {
        let batch = batch(&json!([event(&changes)]));
        let noticed = batch.noticed.first().map(|one| one.event_key.clone());
        noticed.unwrap_or_else(|| batch.quarantined[0].event_key.clone())
    };
    let first = key(json!({}));
    assert_eq!(first.len(), 32);
    assert_eq!(key(json!({ "attemptNumber": 3 })), first);
    assert_eq!(key(json!({ "objectId": "900" })), first);
    for other in [
        json!({ "eventId": 8 }),
        json!({ "objectId": 901 }),
        json!({ "occurredAt": 1_760_000_000_001_i64 }),
        json!({ "propertyName": "amount" }),
        json!({ "subscriptionType": "contact.propertyChange" }),
    ] {
        assert_ne!(key(other.clone()), first, "{other}");
    }
    let unknown = json!({ "subscriptionType": "deal.levitation" });
    let again = json!({ "subscriptionType": "deal.levitation", "attemptNumber": 9 });
    assert_eq!(key(unknown), key(again));
}

#[test]
fn no_value_of_a_record_is_kept() {
    let secret = json!({ "propertyValue": "ada@example.com", "objectId": "ada@example.com" });
    let batch = batch(&json!([
        event(&json!({ "propertyValue": "ada@example.com" })),
        event(&secret)
    ]));
    assert!(!format!("{batch:?}").contains("ada@example.com"));
    let odd = event(&json!({ "subscriptionType": "ada@example.com", "propertyName": "x y" }));
    assert!(!format!("{:?}", self::batch(&json!([odd]))).contains("ada@"));
}

#[test]
fn a_whole_body_is_refused_only_for_its_form() {
    let parse = |body: &str| parse(body.as_bytes(), PORTAL, Limits::default());
    let not_json = |line, column| Err(BodyError::NotJson { line, column });
    assert_eq!(parse("[{]"), not_json(1, 3));
    assert_eq!(parse(""), not_json(1, 0));
    assert_eq!(parse("[\n1,\n oops]"), not_json(3, 2));
    assert_eq!(parse(&"[".repeat(10_000)), not_json(1, 128));
    for body in ["1", "null", "\"text\""] {
        assert_eq!(parse(body), Err(BodyError::NotAList), "{body}");
    }
    assert_eq!(parse("[]"), Ok(Batch::default()));
    assert_eq!(
        parse(&event(&json!({})).to_string()).unwrap().noticed.len(),
        1
    );
    let bytes = 1024 * 1024 + 1;
    let limit = 1024 * 1024;
    assert_eq!(
        parse(&" ".repeat(bytes)),
        Err(BodyError::TooLarge { bytes, limit })
    );
    assert_eq!(
        parse(&format!("[{}]", vec!["1"; 1001].join(","))),
        Err(BodyError::TooManyEvents {
            events: 1001,
            limit: 1000
        })
    );
}

/// Any JSON, with the names that matter turning up often.
fn any_json() -> impl Strategy<Value = Value> {
    let name = prop_oneof![
        "portalId|objectId|subscriptionType|occurredAt|propertyName|mergedObjectIds",
        "fromObjectId|toObjectId|associationType|objectTypeId|primaryObjectId|eventId",
        ".*"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(62515)),
        "(contact|company|deal|object)\\.(creation|propertyChange|merge|associationChange)"
            .prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 12, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..12)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(body in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&body, PORTAL, Limits::default());
    }

    /// Every event of a list ends in exactly one of the three places (a record it names counts
    /// for its event).
    #[test]
    fn no_event_is_lost(mut events in proptest::collection::vec(any_json(), 0..8)) {
        for event in &mut events {
            if let Some(fields) = event.as_object_mut() {
                fields.insert("portalId".to_owned(), json!(62515));
            }
        }
        for event in &events {
            let batch = batch(&json!([event]));
            prop_assert_eq!(batch.foreign, 0);
            prop_assert!(batch.noticed.is_empty() != batch.quarantined.is_empty());
            prop_assert!(batch.quarantined.len() <= 1);
        }
        let whole = batch(&Value::from(events.clone()));
        let single: usize = events.iter().map(|event| batch(&json!([event])).noticed.len()).sum();
        prop_assert_eq!(whole.noticed.len(), single);
    }
}
