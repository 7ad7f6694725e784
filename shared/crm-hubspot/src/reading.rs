//! One property's text → one value of ours.

use std::collections::BTreeSet;

use crm::{Decimal, FieldMapping, FieldType, ObjectMapping, Value};
use jiff::{Timestamp, civil::Date};

use engine::Unfit;

use crate::{author::person_of_owner, dictionary::Dictionary};

/// What stands between the values of a property that can hold several.
const BETWEEN_VALUES: char = ';';

/// Reads a property. `HubSpot` sends every value as text; an empty text is no value.
pub(super) fn read(
    text: &str,
    field: &FieldMapping,
    mapping: &ObjectMapping,
    dictionary: &Dictionary,
) -> Result<Option<Value>, Unfit> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let text = match field.in_our_words(text) {
        Some(ours) => ours,
        None => only_one(text, field)?,
    };
    let other = Unfit::OtherType;
    Ok(Some(match field.holds {
        FieldType::Text if field.domain => return Ok(crm::domain(text).map(Value::Text)),
        FieldType::Text | FieldType::OneOf | FieldType::Stage => Value::Text(text.to_owned()),
        FieldType::Number | FieldType::Money => Value::Number(number(text).ok_or(other)?),
        FieldType::Integer => Value::Number(whole(text).ok_or(other)?),
        FieldType::Boolean => Value::Boolean(boolean(text).ok_or(other)?),
        FieldType::Date => Value::Date(date(text, &field.property, dictionary)?),
        FieldType::Timestamp => Value::Timestamp(instant(text, &field.property, dictionary)?),
        FieldType::Person => Value::Person(person_of_owner(text, mapping)),
        // The account comes from an association, never from a property.
        FieldType::Account => return Ok(None),
    }))
}

/// Our word for a text that is not in the list of a field, but may be from a property that can hold
/// several values: `;price` is the price alone.
fn only_one<'a>(text: &'a str, field: &'a FieldMapping) -> Result<&'a str, Unfit> {
    let parts = text.split(BETWEEN_VALUES).map(str::trim);
    let mut words = BTreeSet::new();
    for part in parts.filter(|part| !part.is_empty()) {
        words.insert(field.in_our_words(part).ok_or(Unfit::NotInList)?);
    }
    match words.pop_first() {
        Some(word) if words.is_empty() => Ok(word),
        Some(_) => Err(Unfit::Several),
        None => Err(Unfit::NotInList),
    }
}

/// An exact decimal, also in the form `1.5E7` that calculated properties have. `100.00` is `100`: what is the
/// same number is written the same, else a copy that says it otherwise would be a change that nobody sees.
fn number(text: &str) -> Option<Decimal> {
    let number = text.parse().ok();
    let number = number.or_else(|| Decimal::from_scientific(text).ok());
    number.map(|number| number.normalize())
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

/// A day: `2026-03-01`, or what the text of an instant means. A property of type `date` holds its
/// midnight in UTC; of any other, people see the day in the portal's zone.
fn date(text: &str, property: &str, dictionary: &Dictionary) -> Result<Date, Unfit> {
    if let Some(day) = day(text) {
        return Ok(day);
    }
    let at = timestamp(text).ok_or(Unfit::OtherType)?;
    dictionary.day(property, at).ok_or(Unfit::Undeclared)
}

/// An instant; of a property that holds days, when the day begins in the portal.
fn instant(text: &str, property: &str, dictionary: &Dictionary) -> Result<Timestamp, Unfit> {
    let (at, day) = (timestamp(text), day(text));
    if at.is_none() && day.is_none() {
        return Err(Unfit::OtherType);
    }
    dictionary.instant(property, at, day)
}

/// jiff reads the day out of a longer text too, which would drop its offset; so only ten characters
/// are a day.
fn day(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// An instant: milliseconds since 1970, or ISO 8601 with its offset.
pub(super) fn timestamp(text: &str) -> Option<Timestamp> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Timestamp::from_millisecond(text.parse().ok()?).ok();
    }
    text.parse().ok()
}
