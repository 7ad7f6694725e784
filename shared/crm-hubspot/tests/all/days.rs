//! Days and instants, by what the portal says that a property holds.

use std::collections::BTreeMap;

use crm::{FieldType, Value};
use crm_hubspot::dictionary::{Declared, Dictionary};
use crm_hubspot::object::{Parsed, parse_object, property_for};
use decisions::{Standing, deviations::watch};
use engine::Unfit;
use jiff::{civil::date, tz::TimeZone};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use testkit::example_staffing;

use super::objects::{deals, field, instant, object};

/// A portal in a zone whose properties `closedate` and `met_at` are declared so.
fn portal(zone: &str, declared: Option<Declared>) -> Dictionary {
    let both = ["closedate", "met_at"].into_iter();
    Dictionary {
        declared: both
            .filter_map(|name| Some((name.to_owned(), declared?)))
            .collect(),
        zone: Some(TimeZone::get(zone).unwrap()),
        ..Dictionary::default()
    }
}

fn read(properties: Json, dictionary: &Dictionary) -> Parsed {
    parse_object(&object(properties), &deals(), dictionary).unwrap()
}

fn day(text: &str, dictionary: &Dictionary) -> Result<String, Unfit> {
    let parsed = read(json!({ "closedate": text }), dictionary);
    match parsed.record.value("close_date") {
        Some(day) => Ok(day.to_string()),
        None => Err(parsed.unreadable[0].why),
    }
}

#[test]
fn the_day_of_an_instant_is_the_one_that_people_see_in_the_portal() {
    for (zone, text, seen) in [
        // An import by day lies at local midnight.
        ("Europe/Berlin", "2026-11-24T23:00:00Z", "2026-11-25"),
        ("Europe/Berlin", "2026-11-24T22:59:59.999Z", "2026-11-24"),
        ("Europe/Berlin", "2026-11-25T22:59:59Z", "2026-11-25"),
        ("Europe/Berlin", "1795561200000", "2026-11-25"),
        ("Europe/Berlin", "2026-07-01T22:00:00Z", "2026-07-02"),
        ("Europe/Berlin", "2026-05-01T01:00:00+02:00", "2026-05-01"),
        // An evening in New York is the next day already in UTC.
        ("America/New_York", "2026-11-25T01:30:00Z", "2026-11-24"),
        ("US/Eastern", "2026-11-25T04:59:00.000Z", "2026-11-24"),
        ("US/Eastern", "2026-11-25T05:00:00.000Z", "2026-11-25"),
        ("Pacific/Auckland", "2026-11-24T11:00:00Z", "2026-11-25"),
    ] {
        for declared in [Declared::Instant, Declared::Other] {
            let portal = portal(zone, Some(declared));
            assert_eq!(day(text, &portal).as_deref(), Ok(seen), "{zone} {text}");
        }
    }
}

/// The example company is in Berlin; its portal may be elsewhere.
#[test]
fn a_deal_is_not_overdue_on_its_own_day() {
    let staffing = example_staffing();
    let found = |zone: &str, text: &str, now: &str| {
        let portal = portal(zone, Some(Declared::Instant));
        let record = read(json!({ "closedate": text }), &portal).record;
        let standing = Standing::default();
        let watched = watch(&staffing, &record, None, standing, None, instant(now));
        watched
            .unwrap()
            .deviations
            .open
            .contains_key("close_date_passed")
    };
    // The seller sees 25 November.
    let close = "2026-11-24T23:00:00Z";
    for (now, passed) in [
        ("2026-11-25T20:51:00Z", false),
        ("2026-11-25T22:59:59.999Z", false),
        ("2026-11-25T23:00:01Z", true),
    ] {
        assert_eq!(found("Europe/Berlin", close, now), passed, "{now}");
    }
    // In New York an evening of the 24th; its day is over when it is over in the company's zone.
    let close = "2026-11-25T01:30:00Z";
    for (now, passed) in [
        ("2026-11-24T22:59:59.999Z", false),
        ("2026-11-24T23:00:01Z", true),
    ] {
        assert_eq!(found("America/New_York", close, now), passed, "{now}");
    }
}

#[test]
fn a_property_that_holds_a_day_means_its_midnight_in_utc() {
    for zone in ["Europe/Berlin", "America/New_York", "Pacific/Auckland"] {
        let portal = portal(zone, Some(Declared::Day));
        for text in [
            "2026-04-30",
            "1777507200000",
            "2026-04-30T00:00:00Z",
            "2026-04-30T00:00:00.000Z",
        ] {
            assert_eq!(day(text, &portal).as_deref(), Ok("2026-04-30"), "{text}");
        }
        assert_eq!(day("-86400000", &portal).as_deref(), Ok("1969-12-31"));
    }
}

#[test]
fn a_day_is_never_guessed() {
    let undeclared = portal("Europe/Berlin", None);
    assert_eq!(
        day("2026-11-24T23:00:00Z", &undeclared),
        Err(Unfit::Undeclared)
    );
    assert_eq!(day("1795561200000", &undeclared), Err(Unfit::Undeclared));
    // Ten characters are that day, whatever the property holds.
    assert_eq!(day("2026-11-25", &undeclared).as_deref(), Ok("2026-11-25"));
    let unzoned = Dictionary {
        zone: None,
        ..portal("Europe/Berlin", Some(Declared::Instant))
    };
    assert_eq!(
        day("2026-11-24T23:00:00Z", &unzoned),
        Err(Unfit::Undeclared)
    );
    assert_eq!(day("soon", &unzoned), Err(Unfit::OtherType));
    let said = read(json!({ "closedate": "1795561200000" }), &undeclared).unreadable;
    assert_eq!(
        said[0].to_string(),
        "the CRM does not say what `closedate` holds, so that the date of the field `close_date` \
         cannot be told: see that the property exists and that our app may read it"
    );
}

#[test]
fn an_instant_of_a_property_that_holds_a_day_is_when_that_day_begins_in_the_portal() {
    for (declared, text, at) in [
        (Declared::Day, "2026-11-25", "2026-11-24T23:00:00Z"),
        (Declared::Day, "1795564800000", "2026-11-24T23:00:00Z"),
        (
            Declared::Day,
            "2026-11-25T00:00:00Z",
            "2026-11-24T23:00:00Z",
        ),
        (
            Declared::Instant,
            "2026-11-25T00:00:00Z",
            "2026-11-25T00:00:00Z",
        ),
        (Declared::Instant, "1795564800000", "2026-11-25T00:00:00Z"),
        (Declared::Other, "2026-11-25", "2026-11-24T23:00:00Z"),
    ] {
        let parsed = read(
            json!({ "met_at": text }),
            &portal("Europe/Berlin", Some(declared)),
        );
        let found = parsed.record.value("met").cloned();
        assert_eq!(
            found,
            Some(Value::Timestamp(instant(at))),
            "{declared:?} {text}"
        );
    }
}

/// It was read without the zone, which no instant needs: what is wrong is the text, and not what the CRM says
/// of its property.
#[test]
fn a_day_is_no_value_of_a_property_that_holds_instants() {
    for zone in [None, Some(TimeZone::UTC)] {
        let portal = Dictionary {
            zone,
            ..portal("Europe/Berlin", Some(Declared::Instant))
        };
        let parsed = read(json!({ "met_at": "2026-11-25" }), &portal);
        assert_eq!(parsed.record.value("met"), None);
        assert_eq!(parsed.unreadable[0].why, Unfit::OtherType);
    }
    // Without a declaration nobody knows what it is.
    let undeclared = portal("Europe/Berlin", None);
    let parsed = read(json!({ "met_at": "2026-11-25" }), &undeclared);
    assert_eq!(parsed.unreadable[0].why, Unfit::Undeclared);
}

/// Four edits of one deal, of which the portal shows one move.
#[test]
fn a_date_moves_as_often_as_people_see_it_move() {
    let edits = [
        "2026-12-11T08:00:00Z",
        "2026-12-11T10:00:00Z",
        "2026-12-10T23:30:00Z",
        "2026-12-11T00:30:00Z",
        "2026-12-10T22:30:00Z",
    ];
    let history = edits.iter().zip((1..=5).rev()).map(|(value, minute)| {
        json!({ "value": value, "timestamp": format!("2026-11-25T09:0{minute}:00Z"), "sourceType": "CRM_UI" })
    });
    let mut object = object(json!({ "closedate": edits[0] }));
    object["propertiesWithHistory"] = json!({ "closedate": history.collect::<Vec<_>>() });
    let portal = portal("Europe/Berlin", Some(Declared::Instant));
    let record = parse_object(&object, &deals(), &portal).unwrap().record;
    let days: Vec<String> = record.history["close_date"]
        .iter()
        .map(|change| change.value.as_ref().unwrap().to_string())
        .collect();
    let (eleventh, tenth) = ("2026-12-11", "2026-12-10");
    assert_eq!(days, [eleventh, eleventh, eleventh, eleventh, tenth]);
}

#[test]
fn a_day_is_written_as_the_property_holds_it() {
    let write = |declared: Option<Declared>, name: &str, value: &Value| {
        property_for(&deals(), name, value, &portal("America/New_York", declared))
            .map(|(_, text)| text)
    };
    let close = Value::Date(date(2026, 11, 25));
    for (declared, text) in [
        (Some(Declared::Day), Some("2026-11-25")),
        (Some(Declared::Other), Some("2026-11-25")),
        (Some(Declared::Instant), Some("2026-11-25T05:00:00.000Z")),
        (None, None),
    ] {
        let written = write(declared, "close_date", &close);
        assert_eq!(written.as_deref(), text, "{declared:?}");
    }
    let day = Some(Declared::Day);
    let midnight = Value::Timestamp(instant("2026-11-25T05:00:00Z"));
    assert_eq!(write(day, "met", &midnight).as_deref(), Some("2026-11-25"));
    let noon = Value::Timestamp(instant("2026-11-25T17:00:00Z"));
    assert_eq!(write(day, "met", &noon), None, "a day cannot hold it");
}

#[test]
fn a_field_that_is_no_date_needs_no_declaration() {
    let mut mapping = deals();
    mapping.fields = vec![field("name", "dealname", FieldType::Text, false)];
    let parsed = parse_object(
        &object(json!({ "dealname": "Turbines" })),
        &mapping,
        &Dictionary::default(),
    );
    let name = BTreeMap::from([("name".to_owned(), Value::Text("Turbines".to_owned()))]);
    assert_eq!(parsed.unwrap().record.fields, name);
}

proptest! {
    /// What we write we read back, wherever the portal is and whatever its property holds.
    #[test]
    fn a_day_that_is_written_reads_back(days in -20_000_i32..40_000, zone in 0_usize..5, declared in 0_usize..3) {
        let zones = ["Europe/Berlin", "America/New_York", "America/Santiago", "Pacific/Kiritimati", "UTC"];
        let declared = [Declared::Day, Declared::Instant, Declared::Other][declared];
        let portal = portal(zones[zone], Some(declared));
        let day = date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let value = Value::Date(day);
        let (property, text) = property_for(&deals(), "close_date", &value, &portal).unwrap();
        let parsed = read(json!({ property: text }), &portal);
        prop_assert_eq!(parsed.record.value("close_date"), Some(&value));
    }
}
