//! What is asked of the API, and what is written into it.

use crm::{Decimal, PersonId, Value};
use crm_hubspot::object::{parse_object, properties_to_read, property_for};
use jiff::{Timestamp, civil::date};
use proptest::prelude::*;
use serde_json::json;

use super::objects::{deals, dictionary, instant, object, read};

#[test]
fn what_is_read_is_what_the_mapping_names() {
    let (properties, with_history) = properties_to_read(&deals());
    assert_eq!(
        properties,
        [
            "amount",
            "amount_in_home_currency",
            "budget_confirmed",
            "closedate",
            "deal_currency_code",
            "dealname",
            "dealstage",
            "hs_lastmodifieddate",
            "hubspot_owner_id",
            "met_at",
            "notes_last_contacted",
            "seats",
        ]
    );
    assert_eq!(
        with_history,
        [
            "closedate",
            "dealstage",
            "hubspot_owner_id",
            "notes_last_contacted"
        ]
    );
    let mut contacts = deals();
    contacts.object = "contacts".to_owned();
    let (properties, _) = properties_to_read(&contacts);
    assert!(properties.contains(&"lastmodifieddate".to_owned()));
    assert!(properties.contains(&"hs_sales_email_last_replied".to_owned()));
}

#[test]
fn only_contacts_say_when_they_replied() {
    let replied = object(json!({ "hs_sales_email_last_replied": "2026-03-02T07:30:00Z" }));
    assert_eq!(read(&replied).record.last_reply, None);
    let mut contacts = deals();
    contacts.object = "contacts".to_owned();
    let read = parse_object(&replied, &contacts, &dictionary()).unwrap();
    assert_eq!(
        read.record.last_reply,
        Some(instant("2026-03-02T07:30:00Z"))
    );
}

#[test]
fn a_value_is_written_in_the_crms_spelling() {
    let write = |field: &str, value: Value| {
        property_for(&deals(), field, &value, &dictionary())
            .map(|(property, text)| format!("{property}={text}"))
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let person = |name: &str| Value::Person(PersonId::new(name));
    for (field, value, expected) in [
        ("stage", text("sql"), Some("dealstage=qualifiedtobuy")),
        ("stage", text("unlisted"), Some("dealstage=unlisted")),
        ("owner", person("carla"), Some("hubspot_owner_id=11000")),
        ("owner", person("hubspot:777"), Some("hubspot_owner_id=777")),
        ("owner", person("nobody"), None),
        (
            "amount",
            Value::Number(Decimal::new(125_000, 1)),
            Some("amount=12500"),
        ),
        (
            "budget_confirmed",
            Value::Boolean(false),
            Some("budget_confirmed=false"),
        ),
        (
            "close_date",
            Value::Date(date(2026, 4, 30)),
            Some("closedate=2026-04-29T22:00:00.000Z"),
        ),
        (
            "met",
            Value::Timestamp(instant("2026-03-01T08:00:00Z")),
            Some("met_at=2026-03-01T08:00:00.000Z"),
        ),
        ("amount", text("much"), None),
        ("unmapped", text("x"), None),
    ] {
        let shown = format!("{field} {value}");
        assert_eq!(write(field, value).as_deref(), expected, "{shown}");
    }
}

proptest! {
    /// What we write we read back.
    #[test]
    fn what_is_written_reads_back(
        mantissa in any::<i64>(), scale in 0_u32..10, ms in -10_000_000_000_000_i64..10_000_000_000_000,
        yes in any::<bool>(),
    ) {
        let at = Timestamp::from_millisecond(ms).unwrap();
        for (name, value) in [
            ("amount", Value::Number(Decimal::new(mantissa, scale).normalize())),
            ("met", Value::Timestamp(at)),
            ("close_date", Value::Date(at.to_zoned(jiff::tz::TimeZone::UTC).date())),
            ("budget_confirmed", Value::Boolean(yes)),
        ] {
            let (property, text) = property_for(&deals(), name, &value, &dictionary()).unwrap();
            let parsed = read(&object(json!({ property: text })));
            prop_assert_eq!(parsed.record.value(name), Some(&value));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*") {
        let mut object = object(json!({
            "amount": text, "closedate": text, "met_at": text, "dealstage": text,
            "hubspot_owner_id": text, "budget_confirmed": text, "notes_last_contacted": text,
        }));
        object["propertiesWithHistory"] = json!({ "dealstage": [text, { "timestamp": text }] });
        let _ = read(&object);
    }
}
