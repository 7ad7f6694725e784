//! Objects of the API → records.

use std::collections::BTreeMap;

use crm::{
    Author, Decimal, FieldMapping, FieldType, ObjectMapping, PersonId, RecordId, RecordKind,
    SourceName, Value,
};
use crm_hubspot::dictionary::{Declared, Dictionary};
use crm_hubspot::object::{ObjectError, Parsed, UserIds, parse_object};
use engine::Unfit;
use jiff::{Timestamp, civil::date, tz::TimeZone};
use serde_json::{Value as Json, json};

pub fn source() -> SourceName {
    SourceName::new("hubspot").unwrap()
}

pub(super) fn field(field: &str, property: &str, holds: FieldType, history: bool) -> FieldMapping {
    FieldMapping {
        field: field.to_owned(),
        property: property.to_owned(),
        holds,
        values: BTreeMap::new(),
        otherwise: None,
        allowed: Vec::new(),
        domain: false,
        history,
    }
}

pub(super) fn deals() -> ObjectMapping {
    let mut stage = field("stage", "dealstage", FieldType::Stage, true);
    stage.values = BTreeMap::from([
        ("qualifiedtobuy".to_owned(), "sql".to_owned()),
        ("closedwon".to_owned(), "won".to_owned()),
    ]);
    ObjectMapping {
        owner_in: None,
        source: source(),
        kind: RecordKind::Opportunity,
        object: "deals".to_owned(),
        fields: vec![
            field("name", "dealname", FieldType::Text, false),
            field("amount", "amount", FieldType::Money, false),
            field("seats", "seats", FieldType::Number, false),
            field("close_date", "closedate", FieldType::Date, true),
            stage,
            field("owner", "hubspot_owner_id", FieldType::Person, true),
            field(
                "budget_confirmed",
                "budget_confirmed",
                FieldType::Boolean,
                false,
            ),
            field("met", "met_at", FieldType::Timestamp, false),
            field("account", "", FieldType::Account, false),
        ],
        currency: "EUR".to_owned(),
        people: BTreeMap::from([("11000".to_owned(), PersonId::new("carla"))]),
    }
}

pub(super) fn users() -> UserIds {
    UserIds::Known(BTreeMap::from([
        ("9011000".to_owned(), "11000".to_owned()),
        ("9011001".to_owned(), "11001".to_owned()),
    ]))
}

/// A portal in Berlin.
pub(super) fn dictionary() -> Dictionary {
    let declared = [
        ("closedate", Declared::Instant),
        ("met_at", Declared::Instant),
    ];
    let declared = declared.map(|(name, declared)| (name.to_owned(), declared));
    Dictionary {
        users: users(),
        declared: declared.into(),
        zone: Some(TimeZone::get("Europe/Berlin").unwrap()),
    }
}

/// What is mapped and not among the properties is there and empty: of that the API says null.
pub(super) fn object(properties: Json) -> Json {
    let mut properties = properties;
    for field in deals().fields {
        let held = properties.as_object_mut().unwrap();
        held.entry(field.property).or_insert(Json::Null);
    }
    json!({
        "id": "900", "archived": false,
        "createdAt": "2026-03-01T08:00:00.000Z", "updatedAt": "2026-03-02T08:00:00.000Z",
        "properties": properties,
    })
}

pub(super) fn read(object: &Json) -> Parsed {
    parse_object(object, &deals(), &dictionary()).unwrap()
}

pub(super) fn instant(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn every_type_is_read() {
    let parsed = read(&object(json!({
        "dealname": " Turbines ", "amount": "12500.50", "seats": "1.5E3",
        "closedate": "2026-04-29T22:30:00Z", "dealstage": "qualifiedtobuy",
        "hubspot_owner_id": "11000", "budget_confirmed": "Yes",
        "met_at": "1772352000000", "not_mapped": "x",
    })));
    assert_eq!(parsed.unreadable, vec![]);
    let record = parsed.record;
    assert_eq!(
        record.id,
        RecordId::new(&source(), RecordKind::Opportunity, "900").unwrap()
    );
    assert_eq!(record.created, instant("2026-03-01T08:00:00Z"));
    assert_eq!(record.modified, instant("2026-03-02T08:00:00Z"));
    assert!(!record.archived);
    let number = |text: &str| Value::Number(text.parse::<Decimal>().unwrap());
    assert_eq!(
        record.fields,
        BTreeMap::from([
            ("name".to_owned(), Value::Text("Turbines".to_owned())),
            ("amount".to_owned(), number("12500.50")),
            ("seats".to_owned(), number("1500")),
            ("close_date".to_owned(), Value::Date(date(2026, 4, 30))),
            ("stage".to_owned(), Value::Text("sql".to_owned())),
            ("owner".to_owned(), Value::Person(PersonId::new("carla"))),
            ("budget_confirmed".to_owned(), Value::Boolean(true)),
            (
                "met".to_owned(),
                Value::Timestamp(instant("2026-03-01T08:00:00Z"))
            ),
        ])
    );
}

/// An object read by a mapping of one more field.
fn read_with(more: FieldMapping, object: &Json) -> Parsed {
    let mut mapping = deals();
    mapping.fields.push(more);
    parse_object(object, &mapping, &dictionary()).unwrap()
}

#[test]
fn a_whole_number_has_no_fraction() {
    for (text, fits) in [
        ("12", true),
        ("1.2E1", true),
        ("12.0", true),
        ("12.5", false),
    ] {
        let rooms = field("rooms", "rooms", FieldType::Integer, false);
        let parsed = read_with(rooms, &object(json!({ "rooms": text })));
        assert_eq!(parsed.record.value("rooms").is_some(), fits, "{text}");
        assert_eq!(parsed.unreadable.is_empty(), fits, "{text}");
    }
}

#[test]
fn every_spelling_stands_for_a_channel() {
    let mut channel = field("channel", "source", FieldType::Text, false);
    channel.values = BTreeMap::from([("adwords".to_owned(), "paid_search".to_owned())]);
    channel.otherwise = Some("unrecognised".to_owned());
    for (text, ours) in [
        ("adwords", Some("paid_search")),
        ("fax", Some("unrecognised")),
        ("", None),
    ] {
        let parsed = read_with(channel.clone(), &object(json!({ "source": text })));
        let found = parsed.record.value("channel").and_then(Value::text);
        assert_eq!(found, ours, "{text}");
    }
}

#[test]
fn a_stranger_is_an_owner_and_an_unlisted_stage_is_kept() {
    let record = read(&object(
        json!({ "hubspot_owner_id": "777", "dealstage": "new" }),
    ))
    .record;
    assert_eq!(record.owner(), Some(&PersonId::stranger(&source(), "777")));
    assert_eq!(record.value("stage"), Some(&Value::Text("new".to_owned())));
}

#[test]
fn nothing_null_and_blank_are_no_value() {
    let record = read(&object(json!({
        "dealname": "", "amount": null, "hubspot_owner_id": "", "closedate": " ",
    })));
    assert_eq!(
        (record.record.fields.len(), record.unreadable.len()),
        (0, 0)
    );
    assert_eq!(record.record.owner(), None);
}

/// A property that was renamed or removed is left out of the answer.
#[test]
fn what_the_answer_does_not_have_is_reported() {
    let mut object = object(json!({ "amount": "5" }));
    let properties = object["properties"].as_object_mut().unwrap();
    properties.remove("budget_confirmed");
    let parsed = read(&object);
    assert_eq!(parsed.record.fields.len(), 1);
    let [absent] = parsed.unreadable.as_slice() else {
        panic!("{:?}", parsed.unreadable);
    };
    assert_eq!((absent.why, absent.shape.as_str()), (Unfit::Absent, ""));
    let said = absent.to_string();
    assert!(said.contains("has no `budget_confirmed`"), "{said}");
}

#[test]
fn what_does_not_fit_is_absent_and_reported_without_its_value() {
    let parsed = read(&object(json!({
        "amount": "ada@example.com", "closedate": "soon", "budget_confirmed": "perhaps",
        "met_at": "2026-03-01T08:00:00", "dealname": "kept",
    })));
    let fields: Vec<&str> = parsed
        .unreadable
        .iter()
        .map(|one| one.field.as_str())
        .collect();
    assert_eq!(fields, ["amount", "budget_confirmed", "close_date", "met"]);
    assert_eq!(parsed.record.fields.len(), 1);
    let said = format!("{} {:?}", parsed.unreadable[0], parsed.unreadable);
    assert!(said.contains("should hold a money"), "{said}");
    assert!(!said.contains("ada@"), "{said}");
}

#[test]
fn the_version_is_the_latest_time_there_is() {
    let modified = |properties| read(&object(properties)).record.modified;
    let later = "2026-03-02T08:00:00.250Z";
    assert_eq!(
        modified(json!({ "hs_lastmodifieddate": later })),
        instant(later)
    );
    assert_eq!(
        modified(json!({ "lastmodifieddate": later })),
        instant(later)
    );
    let earlier = json!({ "hs_lastmodifieddate": "2026-01-01T00:00:00Z" });
    assert_eq!(modified(earlier), instant("2026-03-02T08:00:00Z"));
}

#[test]
fn history_is_newest_first_and_names_its_author() {
    let mut object = object(json!({ "dealstage": "closedwon" }));
    object["propertiesWithHistory"] = json!({
        "dealstage": [
            { "value": "", "timestamp": "2026-03-01T08:00:00Z", "sourceType": "IMPORT" },
            { "value": "closedwon", "timestamp": "2026-03-04T08:00:00Z",
              "sourceType": "INTEGRATION", "sourceId": "54321", "updatedByUserId": 9_011_000 },
            { "value": "qualifiedtobuy", "timestamp": "2026-03-02T08:00:00Z",
              "sourceType": "CRM_UI", "sourceId": "userId:9011000", "updatedByUserId": 9_011_000 },
            { "value": "later", "timestamp": "2026-03-03T08:00:00Z",
              "sourceType": "CRM_UI", "sourceId": "userId:9011001" },
            { "value": "closedwon", "timestamp": "2026-03-02T09:00:00Z",
              "sourceType": "CRM_UI", "updatedByUserId": 5 },
            { "value": "lost", "sourceType": "CRM_UI" },
        ],
        "amount": [{ "value": "1", "timestamp": "2026-03-01T08:00:00Z", "sourceType": "API" }],
    });
    let record = read(&object).record;
    assert_eq!(record.history.len(), 1, "only what the mapping keeps");
    let seen: Vec<(Option<&str>, &Author)> = record.history["stage"]
        .iter()
        .map(|change| (change.value.as_ref().and_then(Value::text), &change.by))
        .collect();
    let person = |name: &str| Author::Person(PersonId::new(name));
    assert_eq!(
        seen,
        vec![
            (Some("won"), &Author::App("54321".to_owned())),
            (Some("later"), &person("hubspot:11001")),
            (Some("won"), &person("hubspot:user-5")),
            (Some("sql"), &person("carla")),
            (None, &Author::Unknown),
        ]
    );
}

/// A contact by somebody unknown counts for the owner, one by a stranger does not.
#[test]
fn without_the_list_of_users_nobody_is_taken_for_a_stranger() {
    let mut object = object(json!({ "dealstage": "closedwon" }));
    object["propertiesWithHistory"] = json!({ "dealstage": [
        { "value": "closedwon", "timestamp": "2026-03-02T09:00:00Z",
          "sourceType": "CRM_UI", "updatedByUserId": 9_011_000 },
    ]});
    let by = |users: &UserIds| {
        let dictionary = Dictionary {
            users: users.clone(),
            ..dictionary()
        };
        let parsed = parse_object(&object, &deals(), &dictionary).unwrap();
        parsed.record.history["stage"][0].by.clone()
    };
    assert_eq!(by(&users()), Author::Person(PersonId::new("carla")));
    assert_eq!(by(&UserIds::Unknown), Author::Unknown);
    let stranger = PersonId::new("hubspot:user-9011000");
    let nobody = UserIds::Known(BTreeMap::new());
    assert_eq!(by(&nobody), Author::Person(stranger));
}

#[test]
fn the_last_contact_has_a_time_and_where_known_a_person() {
    let at = "2026-03-05T10:00:00Z";
    let mut contacted = object(json!({ "notes_last_contacted": at }));
    let last = read(&contacted).record.last_contact.unwrap();
    assert_eq!((last.at, last.by), (instant(at), None));
    contacted["propertiesWithHistory"] = json!({ "notes_last_contacted": [
        { "value": at, "timestamp": "2026-03-05T10:00:01Z", "sourceType": "CRM_UI",
          "updatedByUserId": 9_011_000 },
        { "value": "2026-03-01T10:00:00Z", "timestamp": "2026-03-01T10:00:01Z",
          "sourceType": "CRM_UI", "updatedByUserId": 9_011_001 },
    ]});
    let last = read(&contacted).record.last_contact.unwrap();
    assert_eq!(last.by, Some(PersonId::new("carla")));
    assert_eq!(read(&object(json!({}))).record.last_contact, None);
}

#[test]
fn what_no_record_can_lack_is_said() {
    let without = |name: &str| {
        let mut object = object(json!({}));
        object.as_object_mut().unwrap().remove(name);
        parse_object(&object, &deals(), &dictionary()).unwrap_err()
    };
    assert_eq!(without("id"), ObjectError::NoId);
    assert_eq!(without("createdAt"), ObjectError::NoTime("createdAt"));
    assert_eq!(without("updatedAt"), ObjectError::NoTime("updatedAt"));
    assert_eq!(without("properties"), ObjectError::NoProperties);
    let list = parse_object(&json!([]), &deals(), &dictionary());
    assert_eq!(list.unwrap_err(), ObjectError::NotAnObject);
    let mut archived = object(json!({}));
    archived["archived"] = json!(true);
    assert!(read(&archived).record.archived);
}
