//! Fields that are one of a closed list, and the domain of an account.

use std::collections::BTreeMap;

use crm::{FieldMapping, FieldType, Value};
use crm_hubspot::object::{Parsed, parse_object};
use engine::Unfit;
use serde_json::{Value as Json, json};

use super::objects::{deals, dictionary, field, object};

fn loss_reason() -> FieldMapping {
    FieldMapping {
        allowed: ["price", "timing", "no_decision"].map(str::to_owned).into(),
        ..field("loss_reason", "closed_lost_reason", FieldType::OneOf, true)
    }
}

fn read(field: FieldMapping, object: &Json) -> Parsed {
    let mut mapping = deals();
    mapping.fields = vec![field];
    parse_object(object, &mapping, &dictionary()).unwrap()
}

fn reason(field: FieldMapping, text: &str) -> Result<Option<String>, Unfit> {
    let parsed = read(field, &object(json!({ "closed_lost_reason": text })));
    match parsed.unreadable.as_slice() {
        [] => Ok(parsed.record.value("loss_reason").map(Value::to_string)),
        [one] => Err(one.why),
        more => panic!("{more:?}"),
    }
}

#[test]
fn a_value_outside_the_list_is_no_value() {
    let some = |text: &str| Ok(Some(text.to_owned()));
    for (text, found) in [
        ("price", some("price")),
        (" price ", some("price")),
        ("", Ok(None)),
        // The values of an option are exact.
        ("Price", Err(Unfit::NotInList)),
        ("Preis", Err(Unfit::NotInList)),
        ("no decision", Err(Unfit::NotInList)),
        // A property that can hold several has them in one text.
        ("price;timing", Err(Unfit::Several)),
        (";price; timing", Err(Unfit::Several)),
        ("price;Preis", Err(Unfit::NotInList)),
        (";price", some("price")),
        ("price;price;", some("price")),
        (";", Err(Unfit::NotInList)),
    ] {
        assert_eq!(reason(loss_reason(), text), found, "{text}");
    }
}

#[test]
fn the_list_is_asked_after_the_spelling() {
    let mut field = loss_reason();
    field.values = BTreeMap::from([
        ("Preis".to_owned(), "price".to_owned()),
        ("Zeit; zu spät".to_owned(), "timing".to_owned()),
    ]);
    let some = |text: &str| Ok(Some(text.to_owned()));
    for (text, found) in [
        ("Preis", some("price")),
        ("preis", Err(Unfit::NotInList)),
        ("price", some("price")),
        ("Zeit; zu spät", some("timing")),
        ("Preis;price", some("price")),
        ("Preis;timing", Err(Unfit::Several)),
    ] {
        assert_eq!(reason(field.clone(), text), found, "{text}");
    }
}

#[test]
fn what_is_said_of_it_names_the_field_and_not_the_text() {
    let said = |text: &str| {
        let object = object(json!({ "closed_lost_reason": text }));
        let unreadable = read(loss_reason(), &object).unreadable;
        format!("{} {:?}", unreadable[0], unreadable)
    };
    for (text, says) in [
        (
            "ask Ada Lovelace",
            "not in the list of the field `loss_reason`",
        ),
        ("price;timing", "holds several values"),
    ] {
        let said = said(text);
        assert!(
            said.contains(says) && said.contains("`closed_lost_reason`"),
            "{said}"
        );
        assert!(!said.contains(text), "{said}");
    }
}

/// Nobody can correct the past: it is no value, and nothing is said of it at every reading.
#[test]
fn what_once_was_outside_the_list_was_no_value_then() {
    let mut object = object(json!({ "closed_lost_reason": "price" }));
    object["propertiesWithHistory"] = json!({ "closed_lost_reason": [
        { "value": "price", "timestamp": "2026-03-03T08:00:00Z", "sourceType": "CRM_UI" },
        { "value": "Preis", "timestamp": "2026-03-02T08:00:00Z", "sourceType": "CRM_UI" },
        { "value": "timing", "timestamp": "2026-03-01T08:00:00Z", "sourceType": "CRM_UI" },
    ]});
    let parsed = read(loss_reason(), &object);
    assert_eq!(parsed.unreadable, []);
    let past: Vec<Option<&str>> = parsed.record.history["loss_reason"]
        .iter()
        .map(|change| change.value.as_ref().and_then(Value::text))
        .collect();
    assert_eq!(past, [Some("price"), None, Some("timing")]);
}

#[test]
fn a_domain_is_kept_in_one_form() {
    let domain = FieldMapping {
        domain: true,
        ..field("domain", "domain", FieldType::Text, false)
    };
    for (text, kept) in [
        ("www.Kranich.example", Some("kranich.example")),
        ("https://kranich.example/impressum", Some("kranich.example")),
        ("müller.example.", Some("xn--mller-kva.example")),
        ("https://", None),
    ] {
        let parsed = read(domain.clone(), &object(json!({ "domain": text })));
        let found = parsed.record.value("domain").and_then(Value::text);
        assert_eq!((found, parsed.unreadable.len()), (kept, 0), "{text}");
    }
}
