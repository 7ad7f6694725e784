//! One property's text → one value of ours.

use crm::{Decimal, FieldMapping, FieldType, ObjectMapping, Value};
use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::author::person_of_owner;

/// The text does not fit the type. The text itself is not repeated: it may be personal.
pub(super) struct Unfit;

/// Reads a property. `HubSpot` sends every value as text; an empty text is no value.
pub(super) fn read(
    text: &str,
    field: &FieldMapping,
    mapping: &ObjectMapping,
) -> Result<Option<Value>, Unfit> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mapped = field.values.get(text).or(field.otherwise.as_ref());
    let text = mapped.map_or(text, String::as_str);
    Ok(Some(match field.holds {
        FieldType::Text | FieldType::OneOf | FieldType::Stage => Value::Text(text.to_owned()),
        FieldType::Number | FieldType::Money => Value::Number(number(text).ok_or(Unfit)?),
        FieldType::Integer => Value::Number(whole(text).ok_or(Unfit)?),
        FieldType::Boolean => Value::Boolean(boolean(text).ok_or(Unfit)?),
        FieldType::Date => Value::Date(date(text).ok_or(Unfit)?),
        FieldType::Timestamp => Value::Timestamp(timestamp(text).ok_or(Unfit)?),
        FieldType::Person => Value::Person(person_of_owner(text, mapping)),
        // The account comes from an association, never from a property.
        FieldType::Account => return Ok(None),
    }))
}

/// An exact decimal, also in the form `1.5E7` that calculated properties have.
fn number(text: &str) -> Option<Decimal> {
    text.parse()
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok())
}

/// A whole number. One with a fraction does not fit: what is proven of whole numbers must hold.
fn whole(text: &str) -> Option<Decimal> {
    number(text).filter(Decimal::is_integer)
}

fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    }
}

/// A day: `2026-03-01`, or the day in UTC of an instant, since `HubSpot` keeps a day as its
/// midnight in UTC.
fn date(text: &str) -> Option<Date> {
    // jiff reads the day out of a longer text too, which would drop its offset; so only ten
    // characters are a day.
    if text.len() == 10
        && let Ok(date) = text.parse::<Date>()
    {
        return Some(date);
    }
    timestamp(text).map(|at| at.to_zoned(TimeZone::UTC).date())
}

/// An instant: milliseconds since 1970, or ISO 8601 with its offset.
pub(super) fn timestamp(text: &str) -> Option<Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_millisecond(text.parse().ok()?).ok();
    }
    text.parse().ok()
}
