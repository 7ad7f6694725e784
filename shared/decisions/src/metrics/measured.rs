//! The number or the length of time that a metric measures.

use ::metrics::Quantity;
use crm::{Decimal, Value};
use jiff::Timestamp;

use crate::facts::FieldValue;

/// The digits behind the point of a [`Quantity`].
const DIGITS: u32 = 6;

/// What a field holds as a number, or as how long ago it is.
#[must_use]
pub fn of_field(value: FieldValue<'_>, now: Timestamp) -> Option<Quantity> {
    match value {
        FieldValue::Value(value) => of_value(&value, now),
        FieldValue::Since(at) => Some(since(at, now)),
        FieldValue::Nothing => None,
    }
}

/// The same of a value.
#[must_use]
pub fn of_value(value: &Value, now: Timestamp) -> Option<Quantity> {
    match value {
        Value::Number(number) => of_number(*number),
        Value::Timestamp(at) => Some(since(*at, now)),
        _ => None,
    }
}

/// The same of a number.
#[must_use]
pub fn of_number(number: Decimal) -> Option<Quantity> {
    in_millionths(number.mantissa(), number.scale())
}

/// So many digits with that many behind the point, to a millionth; what is finer is cut off.
#[must_use]
pub fn in_millionths(digits: i128, scale: u32) -> Option<Quantity> {
    let millionths = if scale <= DIGITS {
        digits.checked_mul(10_i128.checked_pow(DIGITS - scale)?)?
    } else {
        digits / 10_i128.checked_pow(scale - DIGITS)?
    };
    Some(Quantity::millionths(millionths))
}

fn since(at: Timestamp, now: Timestamp) -> Quantity {
    Quantity::millionths(now.duration_since(at).as_micros())
}
