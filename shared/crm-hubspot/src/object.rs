//! An object of the API 2026-09 ⇄ our record, by the mapping of the operating model.

use std::collections::{BTreeMap, BTreeSet};

use crm::{Author, Change, Contacted, FieldMapping, FieldType, ObjectMapping, Record, RecordId};
use engine::{FieldStanding, Unfit, Unreadable, shape_of};
use jiff::Timestamp;
use serde_json::{Map, Value as Json};

use crate::{author::author, currency, dictionary::Dictionary, reading, writing};

pub use crate::author::UserIds;

/// The property that holds the time of the latest contact that was logged.
pub const LAST_CONTACTED: &str = "notes_last_contacted";
/// The property that holds the time at which something was last logged, be it a contact or not.
pub const LAST_LOGGED: &str = "notes_last_updated";
/// The property that holds the time at which a contact last replied to a mail of ours.
pub const LAST_REPLIED: &str = "hs_sales_email_last_replied";
/// The only objects that have it.
const THAT_REPLY: &str = "contacts";
/// The properties that hold the modification time: the first on companies and deals, the second
/// on contacts.
pub const MODIFIED: [&str; 2] = ["hs_lastmodifieddate", "lastmodifieddate"];

/// The property of an object, by its plural name, that holds its modification time.
pub(crate) fn modified_property(object: &str) -> &'static str {
    let [others, contacts] = MODIFIED;
    if object == "contacts" {
        contacts
    } else {
        others
    }
}

/// When an object was changed last: the latest of `updatedAt` and its modification time.
pub(crate) fn changed_at(object: &Json) -> Option<Timestamp> {
    let object = object.as_object()?;
    let updated = time(object, "updatedAt")?;
    let properties = object.get("properties").and_then(Json::as_object);
    Some(match properties {
        Some(properties) => modified(properties, updated),
        None => updated,
    })
}

/// When an object was archived, if it is.
pub(crate) fn gone_at(object: &Json) -> Option<Timestamp> {
    time(object.as_object()?, "archivedAt")
}

/// The instant that a property of an object holds.
pub(crate) fn property_time(object: &Json, property: &str) -> Option<Timestamp> {
    time(object.get("properties")?.as_object()?, property)
}

fn modified(properties: &Map<String, Json>, updated: Timestamp) -> Timestamp {
    let times = MODIFIED.iter().filter_map(|name| time(properties, name));
    times.fold(updated, Timestamp::max)
}

/// What became of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Parsed {
    /// The record.
    pub record: Record,
    /// The fields that hold something that does not fit their type. They are absent from the
    /// record.
    pub unreadable: Vec<Unreadable>,
}

fn unreadable_of(field: &FieldMapping, why: Unfit, text: &str) -> Unreadable {
    Unreadable {
        shape: shape_of(text),
        past: false,
        field: field.field.clone(),
        property: field.property.clone(),
        holds: field.holds,
        why,
    }
}

/// Why an object is no record at all. No value is repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ObjectError {
    /// It is not a JSON object.
    #[error("the CRM's answer is not a JSON object")]
    NotAnObject,
    /// `id` is missing or no id.
    #[error("the CRM's object has no usable id: 1 to 64 letters, digits, - or _")]
    NoId,
    /// `createdAt` or `updatedAt` is missing or no instant.
    #[error("the CRM's object has no usable time in `{0}`: an instant in ISO 8601 is expected")]
    NoTime(&'static str),
    /// `properties` is missing or no object.
    #[error("the CRM's object has no `properties`")]
    NoProperties,
}

/// Reads a `SimplePublicObject` (with or without associations, which are ignored here) into a
/// record. The modification time is the latest of `updatedAt` and the [`MODIFIED`] properties.
///
/// # Errors
/// An [`ObjectError`] if the object lacks what every record has: id, times, properties. A single
/// field that cannot be read is in [`Parsed::unreadable`] instead.
pub fn parse_object(
    object: &Json,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Result<Parsed, ObjectError> {
    let object = object.as_object().ok_or(ObjectError::NotAnObject)?;
    let id = object
        .get("id")
        .and_then(as_text)
        .and_then(|id| RecordId::new(&mapping.source, mapping.kind, id).ok())
        .ok_or(ObjectError::NoId)?;
    let created = time(object, "createdAt").ok_or(ObjectError::NoTime("createdAt"))?;
    let updated = time(object, "updatedAt").ok_or(ObjectError::NoTime("updatedAt"))?;
    let properties = object
        .get("properties")
        .and_then(Json::as_object)
        .ok_or(ObjectError::NoProperties)?;
    let past = object
        .get("propertiesWithHistory")
        .and_then(Json::as_object);

    let Mapped {
        fields,
        history,
        unreadable,
    } = mapped(properties, past, mapping, dictionary);
    let record = Record {
        matched: None,
        merged_into: None,
        found_at: None,
        erased: None,
        merged: BTreeSet::new(),
        behaviour: None,
        latest: BTreeMap::new(),
        owner_in: mapping.owner_in.clone(),
        others: None,
        id,
        created,
        modified: modified(properties, updated),
        archived: object.get("archived").and_then(Json::as_bool) == Some(true),
        fields,
        history,
        last_contact: last_contact(properties, past, mapping, dictionary),
        activities: BTreeMap::new(),
        last_reply: (mapping.object == THAT_REPLY)
            .then(|| time(properties, LAST_REPLIED))
            .flatten(),
        account: None,
    };
    Ok(Parsed {
        record,
        unreadable: unreadable.into_iter().collect(),
    })
}

/// What the fields of a mapping hold and held.
#[derive(Default)]
struct Mapped {
    fields: BTreeMap<String, crm::Value>,
    history: BTreeMap<String, Vec<Change>>,
    unreadable: BTreeSet<Unreadable>,
}

fn mapped(
    properties: &Map<String, Json>,
    past: Option<&Map<String, Json>>,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Mapped {
    let mut mapped = Mapped::default();
    for field in &mapping.fields {
        match present(properties, field, mapping, dictionary) {
            Ok(Some(value)) => {
                mapped.fields.insert(field.field.clone(), value);
            }
            Ok(None) => {}
            Err(unfit) => {
                mapped.unreadable.insert(unfit);
            }
        }
        let property = currency::read_from(field, properties, mapping);
        let (past_values, unfit) = changes(past, (field, property), mapping, dictionary);
        mapped.unreadable.extend(unfit);
        if !past_values.is_empty() {
            mapped.history.insert(field.field.clone(), past_values);
        }
    }
    mapped
}

/// The properties to ask for, and those to ask for with their history: what the mapping names,
/// the modification time, the latest contact, the customer's latest reply and what tells an amount in the company's
/// currency. Sorted, without repetition.
#[must_use]
pub fn properties_to_read(mapping: &ObjectMapping) -> (Vec<String>, Vec<String>) {
    let mapped = mapping.fields.iter().filter(|field| is_asked_for(field));
    let reckoned = currency::beside(mapping);
    let with_history: BTreeSet<String> = mapped
        .clone()
        .filter(|field| field.history)
        .map(|field| field.property.clone())
        .chain([LAST_CONTACTED.to_owned()])
        .chain(reckoned.clone().filter(|it| it.1).map(|it| it.0.to_owned()))
        .collect();
    let modified = modified_property(&mapping.object);
    let properties: BTreeSet<String> = mapped
        .map(|field| field.property.clone())
        .chain([LAST_CONTACTED.to_owned(), modified.to_owned()])
        .chain(reckoned.map(|it| it.0.to_owned()))
        .chain((mapping.object == THAT_REPLY).then(|| LAST_REPLIED.to_owned()))
        .collect();
    (
        properties.into_iter().collect(),
        with_history.into_iter().collect(),
    )
}

/// Whether the CRM is asked for a property of the field.
fn is_asked_for(field: &FieldMapping) -> bool {
    field.holds != FieldType::Account && !field.property.is_empty()
}

/// The property and the text with which to write a value of ours. None if the field is not
/// mapped, the value is not of its type, or it names a person unknown to the CRM.
#[must_use]
pub fn property_for(
    mapping: &ObjectMapping,
    field: &str,
    value: &crm::Value,
    dictionary: &Dictionary,
) -> Option<(String, String)> {
    let field = mapping.field(field)?;
    let text = writing::write(value, field, mapping, dictionary)?;
    Some((field.property.clone(), text))
}

/// What a field of an object holds and held, if it is mapped.
///
/// # Errors
/// [`ObjectError::NoProperties`] if the object has no properties.
pub fn standing(
    object: &Json,
    mapping: &ObjectMapping,
    field: &str,
    dictionary: &Dictionary,
) -> Result<FieldStanding, ObjectError> {
    let properties = object.get("properties").and_then(Json::as_object);
    let properties = properties.ok_or(ObjectError::NoProperties)?;
    let Some(field) = mapping.field(field) else {
        return Ok(FieldStanding::default());
    };
    let past = object
        .get("propertiesWithHistory")
        .and_then(Json::as_object);
    let kept = FieldMapping {
        history: true,
        ..field.clone()
    };
    let (changes, _) = changes(past, (&kept, &kept.property), mapping, dictionary);
    Ok(FieldStanding {
        value: present(properties, field, mapping, dictionary)
            .ok()
            .flatten(),
        changes,
    })
}

/// The present value of a field.
fn present(
    properties: &Map<String, Json>,
    field: &FieldMapping,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Result<Option<crm::Value>, Unreadable> {
    let property = currency::read_from(field, properties, mapping);
    match properties.get(property).and_then(as_text) {
        Some(text) => reading::read(&text, field, mapping, dictionary)
            .map_err(|why| unreadable_of(field, why, &text)),
        None if property != field.property => {
            // A deal without an amount has none in any currency.
            let amount = properties.get(&field.property).and_then(as_text);
            let missing = amount.filter(|text| !text.trim().is_empty());
            missing.map_or(Ok(None), |text| {
                Err(unreadable_of(field, Unfit::OtherCurrency, &text))
            })
        }
        // Of what it knows and what is empty the CRM says null.
        None if !properties.contains_key(&field.property) && is_asked_for(field) => {
            Err(unreadable_of(field, Unfit::Absent, ""))
        }
        None => Ok(None),
    }
}

/// The past values of a field, newest first, if the mapping keeps them. What was not in the list was no
/// value even then, and nobody can correct it any more; another value that does not fit is left out
/// and reported.
fn changes(
    past: Option<&Map<String, Json>>,
    (field, property): (&FieldMapping, &str),
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> (Vec<Change>, Option<Unreadable>) {
    let mut changes = Vec::new();
    let mut unreadable = None;
    if !field.history {
        return (changes, unreadable);
    }
    for (at, entry) in entries(past, property) {
        let text = entry.get("value").and_then(as_text).unwrap_or_default();
        let value = match reading::read(&text, field, mapping, dictionary) {
            Ok(value) => value,
            Err(Unfit::NotInList | Unfit::Several) => None,
            Err(why) => {
                unreadable = Some(Unreadable {
                    past: true,
                    ..unreadable_of(field, why, &text)
                });
                continue;
            }
        };
        let by = author(entry, mapping, &dictionary.users);
        changes.push(Change { value, at, by });
    }
    (changes, unreadable)
}

/// The latest contact: its time from the property, its author from the newest entry of the
/// property's history with that time, if a person made it.
fn last_contact(
    properties: &Map<String, Json>,
    past: Option<&Map<String, Json>>,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Option<Contacted> {
    let at = time(properties, LAST_CONTACTED)?;
    let by = entries(past, LAST_CONTACTED)
        .into_iter()
        .find(|(_, entry)| {
            entry
                .get("value")
                .and_then(as_text)
                .and_then(|text| reading::timestamp(&text))
                == Some(at)
        })
        .and_then(
            |(_, entry)| match author(entry, mapping, &dictionary.users) {
                Author::Person(person) => Some(person),
                Author::App(_) | Author::Unknown => None,
            },
        );
    Some(Contacted { at, by })
}

/// The past of a property, newest first. An entry without a time cannot be placed and is left
/// out; entries of one instant keep the order of the answer, which is newest first too.
fn entries<'a>(past: Option<&'a Map<String, Json>>, property: &str) -> Vec<(Timestamp, &'a Json)> {
    let mut entries: Vec<(Timestamp, &Json)> = past
        .and_then(|past| past.get(property))
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some((time(entry.as_object()?, "timestamp")?, entry)))
        .collect();
    entries.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    entries
}

fn time(object: &Map<String, Json>, name: &str) -> Option<Timestamp> {
    object
        .get(name)
        .and_then(as_text)
        .and_then(|text| reading::timestamp(text.trim()))
}

/// The documents say that every value is text; a number or a boolean is tolerated.
fn as_text(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}
