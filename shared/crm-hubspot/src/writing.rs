//! One value of ours → the text that `HubSpot` wants.

use crm::{FieldMapping, FieldType, ObjectMapping, Value};
use jiff::{Timestamp, tz::TimeZone};

use crate::dictionary::{Declared, Dictionary};

/// Our value in `HubSpot`'s spelling; none if the value is not of the field's type, its property
/// cannot hold it or is not declared, or it names a person whom `HubSpot` does not know.
pub(super) fn write(
    value: &Value,
    field: &FieldMapping,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Option<String> {
    Some(match (field.holds, value) {
        (FieldType::Text | FieldType::OneOf | FieldType::Stage, Value::Text(text)) => {
            field.in_crm_words(text).to_owned()
        }
        (FieldType::Number | FieldType::Integer | FieldType::Money, Value::Number(number)) => {
            number.normalize().to_string()
        }
        (FieldType::Boolean, Value::Boolean(yes)) => yes.to_string(),
        (FieldType::Date, Value::Date(day)) => match dictionary.declared.get(&field.property)? {
            Declared::Instant => instant(dictionary.start(*day)?),
            Declared::Day | Declared::Other => day.to_string(),
        },
        (FieldType::Timestamp, Value::Timestamp(at)) => {
            match dictionary.declared.get(&field.property)? {
                Declared::Instant | Declared::Other => instant(*at),
                // Only the beginning of a day fits in there.
                Declared::Day => {
                    let day = at.to_zoned(dictionary.zone.clone()?).date();
                    (dictionary.start(day)? == *at).then(|| day.to_string())?
                }
            }
        }
        (FieldType::Person, Value::Person(person)) => mapping.owner_id(person)?,
        _ => return None,
    })
}

/// An instant as the API writes it: ISO 8601 in UTC with exactly three decimals.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC)
        .strftime("%Y-%m-%dT%H:%M:%S.%3fZ")
        .to_string()
}
