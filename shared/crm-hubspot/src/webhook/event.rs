//! One event.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::batch::{MOST_RECORDS, Noticed, Quarantined, Reason};
use engine::webhooks::Merger;
use signatures::digest::stable_key;

use crate::{json, object_type::ObjectType};

/// How often an event has been sent, which says nothing of what it is.
const TRIED: &str = "attemptNumber";

/// The words of `changeSource` for what changes many records at once: somebody's edit of all that they have chosen in a
/// list, an import, an update in batches.
const OF_MANY: [&str; 3] = ["CRM_UI_BULK_ACTION", "IMPORT", "BATCH_UPDATE"];

/// What one event turns out to be.
pub(super) enum Reading {
    /// Another portal's.
    Foreign,
    /// The records it names.
    Noticed(Vec<Noticed>),
    /// Set aside.
    Quarantined(Quarantined),
}

/// A record that an event names, and whether it is gone.
struct Named {
    object: ObjectType,
    id: String,
    gone: bool,
    merger: Option<Merger>,
}

/// The part of a subscription type after the dot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SubscriptionType {
    Creation,
    PropertyChange,
    Deletion,
    PrivacyDeletion,
    Restore,
    Merge,
    AssociationChange,
}

impl SubscriptionType {
    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "creation" => Self::Creation,
            "propertyChange" => Self::PropertyChange,
            "deletion" => Self::Deletion,
            "privacyDeletion" => Self::PrivacyDeletion,
            "restore" => Self::Restore,
            "merge" => Self::Merge,
            "associationChange" => Self::AssociationChange,
            _ => return None,
        })
    }
}

pub(super) fn read(event: &Value, portal: &str) -> Reading {
    let Some(fields) = event.as_object() else {
        return quarantined(event, None, Reason::NotAnObject);
    };
    match fields.get("portalId").and_then(whole_number) {
        None => return quarantined(event, Some(fields), Reason::NoPortal),
        Some(theirs) if theirs != portal => return Reading::Foreign,
        Some(_) => {}
    }
    match noticed(fields) {
        Ok(records) => Reading::Noticed(records),
        Err(reason) => quarantined(event, Some(fields), reason),
    }
}

/// The same of an event that is no JSON that can be read: what of it can be read says what it was about.
pub(super) fn read_spoiled(text: &str, portal: &str) -> Reading {
    let members = json::members(text).unwrap_or_default();
    let fields = members.iter().filter_map(|(name, written)| {
        let value = json::parse(written.as_bytes()).ok()?;
        Some((name.clone(), value))
    });
    let fields: Map<String, Value> = fields.collect();
    match fields.get("portalId").and_then(whole_number) {
        Some(theirs) if theirs != portal => return Reading::Foreign,
        _ => {}
    }
    let mut key: Vec<&[u8]> = Vec::new();
    for (name, written) in &members {
        if name != TRIED {
            key.extend([name.as_bytes(), written.as_bytes()]);
        }
    }
    set_aside(stable_key(&key), Some(&fields), Reason::NotReadable)
}

fn noticed(fields: &Map<String, Value>) -> Result<Vec<Noticed>, Reason> {
    let subscription = fields
        .get("subscriptionType")
        .and_then(Value::as_str)
        .ok_or(Reason::UnknownSubscription)?;
    let (object, subscription_type) = subscription
        .split_once('.')
        .ok_or(Reason::UnknownSubscription)?;
    let subscription_type =
        SubscriptionType::named(subscription_type).ok_or(Reason::UnknownSubscription)?;
    let object = match object {
        // The generic form says which type in a field of its own; an association names two.
        "object" => None,
        "contact" | "company" | "deal" => ObjectType::named(object),
        _ => return Err(Reason::UnknownSubscription),
    };
    let occurred = fields
        .get("occurredAt")
        .and_then(time)
        .ok_or(Reason::BadTime)?;
    let property = match subscription_type {
        SubscriptionType::PropertyChange => Some(
            fields
                .get("propertyName")
                .and_then(property_name)
                .ok_or(Reason::NoProperty)?,
        ),
        _ => None,
    };
    let named = named(fields, &subscription_type, object)?;
    let app_id = fields.get("appId").and_then(whole_number);
    let event_id = fields.get("eventId").and_then(whole_number);
    let source = fields.get("changeSource").and_then(Value::as_str);
    let in_bulk = source.is_some_and(|source| OF_MANY.contains(&source));
    Ok(named
        .into_iter()
        .map(|record| Noticed {
            event_key: stable_key(&[
                subscription.as_bytes(),
                record.object.plural().as_bytes(),
                record.id.as_bytes(),
                property.as_deref().unwrap_or_default().as_bytes(),
                &occurred.as_millisecond().to_be_bytes(),
                event_id.as_deref().unwrap_or_default().as_bytes(),
            ]),
            object: record.object,
            object_id: record.id,
            property: property.clone(),
            occurred,
            deletion: record.gone,
            erasure: subscription_type == SubscriptionType::PrivacyDeletion,
            merger: record.merger,
            in_bulk,
            app_id: app_id.clone(),
        })
        .collect())
}

/// The objects that an event is about.
fn named(
    fields: &Map<String, Value>,
    subscription_type: &SubscriptionType,
    object: Option<ObjectType>,
) -> Result<Vec<Named>, Reason> {
    match subscription_type {
        SubscriptionType::AssociationChange => ends(fields, object),
        SubscriptionType::Merge => merged(fields, own_type(fields, object)?),
        _ => Ok(vec![Named {
            object: own_type(fields, object)?,
            id: id(fields, "objectId").ok_or(Reason::BadObjectId)?,
            gone: matches!(
                subscription_type,
                SubscriptionType::Deletion | SubscriptionType::PrivacyDeletion
            ),
            merger: None,
        }]),
    }
}

/// The type the subscription names, or in the generic form the event itself.
fn own_type(
    fields: &Map<String, Value>,
    subscribed: Option<ObjectType>,
) -> Result<ObjectType, Reason> {
    subscribed
        .or_else(|| {
            let type_id = fields.get("objectTypeId").and_then(Value::as_str)?;
            ObjectType::named(type_id)
        })
        .ok_or(Reason::UnknownObjectType)
}

/// The two ends of an association. An end of a type we keep no copies of is left out.
fn ends(fields: &Map<String, Value>, subscribed: Option<ObjectType>) -> Result<Vec<Named>, Reason> {
    let words = fields
        .get("associationType")
        .and_then(Value::as_str)
        .and_then(|text| text.split_once("_TO_"));
    let end = |type_field: &str, word: Option<&str>| {
        fields
            .get(type_field)
            .and_then(Value::as_str)
            .or(word)
            .and_then(ObjectType::named)
    };
    let from = end("fromObjectTypeId", words.map(|(from, _)| from))
        .or(subscribed)
        .map(|kind| (kind, "fromObjectId"));
    let to = end("toObjectTypeId", words.map(|(_, to)| to)).map(|kind| (kind, "toObjectId"));
    let mut named = Vec::with_capacity(2);
    for (object, field) in [from, to].into_iter().flatten() {
        named.push(Named {
            object,
            id: id(fields, field).ok_or(Reason::BadObjectId)?,
            gone: false,
            merger: None,
        });
    }
    if named.is_empty() {
        return Err(Reason::UnknownObjectType);
    }
    Ok(named)
}

/// The record that a merge leaves, and those that it ends. A merge may make a new record; then
/// the primary one is gone as well.
fn merged(fields: &Map<String, Value>, object: ObjectType) -> Result<Vec<Named>, Reason> {
    let primary = id(fields, "primaryObjectId")
        .or_else(|| id(fields, "objectId"))
        .ok_or(Reason::BadObjectId)?;
    let stays = id(fields, "newObjectId").unwrap_or_else(|| primary.clone());
    let others = match fields.get("mergedObjectIds") {
        None => &[][..],
        Some(Value::Array(ids)) => ids.as_slice(),
        Some(_) => return Err(Reason::BadObjectId),
    };
    if others.len() > MOST_RECORDS {
        return Err(Reason::TooManyRecords);
    }
    let mut named = vec![Named {
        object,
        id: stays.clone(),
        gone: false,
        merger: None,
    }];
    let others = others.iter().map(object_id);
    for other in std::iter::once(Some(primary)).chain(others) {
        let id = other.ok_or(Reason::BadObjectId)?;
        if named.iter().all(|known| known.id != id) {
            named.push(Named {
                object,
                id,
                gone: true,
                merger: Some(Merger::Into(stays.clone())),
            });
        }
    }
    let gone: Vec<String> = named.iter().skip(1).map(|gone| gone.id.clone()).collect();
    if let Some(stays) = named.first_mut().filter(|_| !gone.is_empty()) {
        stays.merger = Some(Merger::Of(gone));
    }
    Ok(named)
}

fn quarantined(event: &Value, fields: Option<&Map<String, Value>>, reason: Reason) -> Reading {
    set_aside(key_of(event), fields, reason)
}

fn set_aside(event_key: String, fields: Option<&Map<String, Value>>, reason: Reason) -> Reading {
    let get = |name: &str| fields.and_then(|fields| fields.get(name));
    Reading::Quarantined(Quarantined {
        event_key,
        reason,
        subscription: get("subscriptionType").and_then(subscription_type),
        object_id: get("objectId").and_then(object_id),
        object: fields.and_then(object_of),
        occurred: get("occurredAt").and_then(time),
    })
}

/// The key of an event that cannot be read: all of it except how often it has been tried. The
/// digest cannot be read back, so no value is kept.
fn key_of(event: &Value) -> String {
    match event.as_object() {
        Some(fields) => {
            let mut parts: Vec<Vec<u8>> = Vec::new();
            for (name, value) in fields {
                if name != TRIED {
                    parts.push(name.clone().into_bytes());
                    parts.push(value.to_string().into_bytes());
                }
            }
            let parts: Vec<&[u8]> = parts.iter().map(Vec::as_slice).collect();
            stable_key(&parts)
        }
        None => stable_key(&[event.to_string().as_bytes()]),
    }
}

/// The type of the object, if the event says it in a way that we read.
fn object_of(fields: &Map<String, Value>) -> Option<ObjectType> {
    let subscription = fields.get("subscriptionType").and_then(Value::as_str);
    let named = subscription.and_then(|text| text.split_once('.'));
    own_type(
        fields,
        named.and_then(|(object, _)| ObjectType::named(object)),
    )
    .ok()
}

fn id(fields: &Map<String, Value>, name: &str) -> Option<String> {
    fields.get(name).and_then(object_id)
}

/// An id of `HubSpot`: a whole number from 1. Leading zeros would make two names for one record.
fn object_id(value: &Value) -> Option<String> {
    whole_number(value).filter(|id| !id.starts_with('0'))
}

/// A whole number from 0, as a number or as its digits, of at most 20 digits.
fn whole_number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => number.as_u64().map(|number| number.to_string()),
        Value::String(text) => {
            let digits =
                (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.clone())
        }
        _ => None,
    }
}

fn time(value: &Value) -> Option<Timestamp> {
    let ms: i64 = whole_number(value)?.parse().ok()?;
    Timestamp::from_millisecond(ms).ok()
}

/// A property's name, 1 to 128 visible ASCII characters.
fn property_name(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let fits = (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then(|| text.to_owned())
}

/// A subscription type for the quarantine: only if it looks like one, since it is kept.
fn subscription_type(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let fits = (1..=64).contains(&text.len()) && text.bytes().all(plain);
    fits.then(|| text.to_owned())
}
