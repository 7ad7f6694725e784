use std::{collections::HashMap, ops::Range};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use contracts::{FORMAT, Key, OLDEST_FORMAT, pack, unpack};
use jiff::{Timestamp, tz::TimeZone};
use serde_json::Value;
use store::{Item, Put, StoreError, size_of_item};

/// An item as the SDK has it. The SDK's maps have no order; ours is the keys'.
pub(super) type Attributes = HashMap<String, AttributeValue>;

/// Items of so many bytes are packed. One within the first kilobyte costs no less for it, and can be read as it stands;
/// one that is too large is refused as it is, by the table.
const PACKED: Range<usize> = 1_025..400 * 1_024;

pub(super) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

pub(super) fn key(key: &Key) -> Attributes {
    Attributes::from([
        ("pk".to_owned(), text(&key.pk)),
        ("sk".to_owned(), text(&key.sk)),
    ])
}

/// An instant as an index orders it: in UTC, always 24 characters, so that the order of the texts
/// is that of the instants (for the years 0 to 9999).
pub(super) fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H:%M:%S%.3fZ")
        .to_string()
}

pub(super) fn from_put(put: &Put) -> Result<Attributes, StoreError> {
    let malformed = |why: String| StoreError::Malformed(put.key.clone(), why);
    let body = put
        .body
        .as_json()
        .map_err(|why| malformed(why.to_string()))?;
    let mut item = key(&put.key);
    item.insert("version".to_owned(), number(put.next_version()));
    item.insert("format".to_owned(), number(FORMAT));
    if PACKED.contains(&size_of_item(put)) {
        let packed = pack(&body.to_string()).map_err(|why| malformed(why.to_string()))?;
        item.insert("packed".to_owned(), AttributeValue::B(Blob::new(packed)));
    } else {
        let body = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(body)
            .map_err(|why| malformed(why.to_string()))?;
        item.insert("body".to_owned(), body);
    }
    if let Some((shard, at)) = &put.indexes.due {
        item.insert("due_shard".to_owned(), text(shard));
        item.insert("due_at".to_owned(), text(instant(*at)));
    }
    if let Some(account) = &put.indexes.account {
        item.insert("account".to_owned(), text(account));
    }
    if let Some(person) = &put.indexes.person {
        item.insert("person".to_owned(), text(person));
    }
    if let Some((hour, at)) = &put.indexes.hour {
        item.insert("hour".to_owned(), text(hour));
        item.insert("at".to_owned(), text(instant(*at)));
    }
    if let Some(at) = put.expires {
        item.insert("expires".to_owned(), number(at.as_second()));
    }
    if let Some(at) = put.whole {
        item.insert("whole".to_owned(), text(instant(at)));
    }
    Ok(item)
}

pub(super) fn key_of(item: &Attributes) -> Result<Key, StoreError> {
    let part = |name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => Ok(text.clone()),
        _ => Err(StoreError::Refused(format!(
            "an item came back without {name}"
        ))),
    };
    Ok(Key {
        pk: part("pk")?,
        sk: part("sk")?,
    })
}

/// Refuses an item of a table that another release laid out.
fn check_format(attributes: &Attributes) -> Result<(), StoreError> {
    let found = match attributes.get("format") {
        Some(AttributeValue::N(format)) => format.as_str(),
        _ => "1",
    };
    let read = OLDEST_FORMAT..=FORMAT;
    if found.parse().is_ok_and(|found: u32| read.contains(&found)) {
        return Ok(());
    }
    Err(StoreError::Closed(format!(
        "the table is in format {found}, and this version of Fairlead reads format {OLDEST_FORMAT} to {FORMAT} \
         and writes {FORMAT}: deploy it to a new stage, which has a new table, and let the first load fill it"
    )))
}

pub(super) fn to_item(mut attributes: Attributes) -> Result<Item, StoreError> {
    let key = key_of(&attributes)?;
    let malformed = |why: &str| StoreError::Malformed(key.clone(), why.to_owned());
    let version = match attributes.get("version") {
        Some(AttributeValue::N(version)) => version.parse().ok(),
        _ => None,
    };
    let version = version.ok_or_else(|| malformed("it has no version"))?;
    check_format(&attributes)?;
    let whole = match attributes.get("whole") {
        Some(AttributeValue::S(at)) => {
            Some(at.parse().map_err(|_| malformed("whole is no instant"))?)
        }
        _ => None,
    };
    let body: Value = match (attributes.remove("packed"), attributes.remove("body")) {
        (Some(AttributeValue::B(packed)), _) => {
            let text = unpack(packed.as_ref()).map_err(|why| malformed(&why.to_string()))?;
            serde_json::from_str(&text).map_err(|why| malformed(&why.to_string()))?
        }
        (_, Some(body)) => serde_dynamo::aws_sdk_dynamodb_1::from_attribute_value(body)
            .map_err(|why| malformed(&why.to_string()))?,
        _ => return Err(malformed("it has no body")),
    };
    Ok(Item {
        key,
        version,
        body: body.into(),
        whole,
    })
}
