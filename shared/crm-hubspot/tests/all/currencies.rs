//! Amounts of deals in several currencies.

use crm::Value;
use crm_hubspot::object::{parse_object, properties_to_read};
use engine::Unfit;
use serde_json::{Value as Json, json};

use super::objects::{deals, dictionary, instant, object, read};

fn amount(properties: Json) -> Option<Value> {
    let parsed = read(&object(properties));
    assert_eq!(parsed.unreadable, vec![]);
    parsed.record.fields.get("amount").cloned()
}

fn number(text: &str) -> Option<Value> {
    Some(Value::Number(text.parse().unwrap()))
}

#[test]
fn an_amount_in_another_currency_is_what_the_portal_reckons_it_to_be() {
    let yen = json!({ "amount": "1000000", "deal_currency_code": "JPY", "amount_in_home_currency": "5430.20" });
    assert_eq!(amount(yen), number("5430.2"));
    // A portal with one currency names none; and what is reckoned comes a moment after what was written.
    let written =
        json!({ "amount": "900", "deal_currency_code": null, "amount_in_home_currency": "800" });
    assert_eq!(amount(written), number("900"));
    let at_home =
        json!({ "amount": "900", "deal_currency_code": "eur", "amount_in_home_currency": "800" });
    assert_eq!(amount(at_home), number("900"));
}

#[test]
fn what_the_portal_does_not_reckon_has_no_value_and_is_reported() {
    for reckoned in [
        json!({ "amount": "1000000", "deal_currency_code": "JPY" }),
        json!({ "amount": "1000000", "deal_currency_code": "JPY", "amount_in_home_currency": null }),
    ] {
        let parsed = read(&object(reckoned));
        let [unfit] = parsed.unreadable.as_slice() else {
            panic!("one field cannot be read");
        };
        assert_eq!(
            (unfit.field.as_str(), unfit.why),
            ("amount", Unfit::OtherCurrency)
        );
        assert_eq!(unfit.shape, "9999999");
        assert!(!parsed.record.fields.contains_key("amount"));
    }
    let empty = json!({ "amount": "", "deal_currency_code": "JPY", "amount_in_home_currency": "" });
    assert_eq!(amount(empty), None);
}

#[test]
fn its_past_is_in_the_companys_currency_too() {
    let mut mapping = deals();
    for field in &mut mapping.fields {
        field.history |= field.field == "amount";
    }
    let entry =
        |value: &str, at: &str| json!({ "value": value, "timestamp": at, "sourceType": "CRM_UI" });
    let mut deal = object(json!({
        "amount": "2000000", "deal_currency_code": "JPY", "amount_in_home_currency": "10860.40",
    }));
    deal["propertiesWithHistory"] = json!({
        "amount": [entry("2000000", "2026-03-02T08:00:00Z"), entry("1000000", "2026-03-01T08:00:00Z")],
        "amount_in_home_currency": [entry("10860.40", "2026-03-02T08:00:01Z"), entry("5430.20", "2026-03-01T08:00:01Z")],
    });
    let parsed = parse_object(&deal, &mapping, &dictionary()).unwrap();
    let past = &parsed.record.history["amount"];
    let held: Vec<_> = past.iter().map(|it| (it.value.clone(), it.at)).collect();
    assert_eq!(
        held,
        vec![
            (number("10860.4"), instant("2026-03-02T08:00:01Z")),
            (number("5430.2"), instant("2026-03-01T08:00:01Z")),
        ]
    );
    let (properties, with_history) = properties_to_read(&mapping);
    assert!(properties.contains(&"deal_currency_code".to_owned()));
    assert!(with_history.contains(&"amount_in_home_currency".to_owned()));
}

#[test]
fn who_maps_no_amount_is_not_asked_for_its_currency() {
    let mut mapping = deals();
    mapping.fields.retain(|field| field.field != "amount");
    let (properties, _) = properties_to_read(&mapping);
    assert!(!properties.iter().any(|name| name.contains("currency")));
}
