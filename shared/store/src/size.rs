use contracts::{FORMAT, Key};
use serde_json::Value;

use crate::port::{Put, Transaction};

/// What a list or map costs beside its elements, in bytes.
const NESTED: usize = 3;

/// How long an instant is as an index holds it, in UTC and to the millisecond.
const INSTANT: usize = "2026-11-22T12:00:00.000Z".len();

/// The bytes that DynamoDB counts for a body.
///
/// The UTF-8 bytes of names and texts; for a number what [`size_of_number`] says; one for a boolean
/// or null; three for a list or map and one for each element of it ("DynamoDB item sizes and
/// formats", its developer guide).
#[must_use]
pub fn size_of(body: &Value) -> usize {
    match body {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(number) => size_of_number(&number.to_string()),
        Value::String(text) => text.len(),
        Value::Array(items) => {
            let items = items.iter().map(|item| size_of(item).saturating_add(1));
            items.fold(NESTED, usize::saturating_add)
        }
        Value::Object(fields) => {
            let fields = fields
                .iter()
                .map(|(name, value)| name.len().saturating_add(size_of(value)).saturating_add(1));
            fields.fold(NESTED, usize::saturating_add)
        }
    }
}

/// The bytes that DynamoDB counts for the item that a put leaves: the names and values of its key,
/// version, format, body, expiry and of what it puts into the indexes.
#[must_use]
pub fn size_of_item(put: &Put) -> usize {
    let indexes = &put.indexes;
    let text = |name: &str, value: &Option<String>| {
        let value = value.as_ref();
        value.map_or(0, |value| name.len().saturating_add(value.len()))
    };
    let instant = |of: &str, at: &str, value: &Option<(String, _)>| {
        let value = value.as_ref();
        value.map_or(0, |(hash, _)| {
            sum([of.len(), hash.len(), at.len(), INSTANT])
        })
    };
    let expires = put.expires.map_or(0, |at| {
        "expires"
            .len()
            .saturating_add(size_of_whole(at.as_second()))
    });
    sum([
        size_of_key(&put.key),
        "version".len(),
        size_of_whole(put.next_version()),
        "format".len(),
        size_of_whole(FORMAT),
        "body".len(),
        size_of(&put.body),
        instant("due_shard", "due_at", &indexes.due),
        text("account", &indexes.account),
        text("person", &indexes.person),
        instant("hour", "at", &indexes.hour),
        expires,
    ])
}

/// The bytes of a key: its names and values.
pub(crate) fn size_of_key(key: &Key) -> usize {
    sum(["pk".len(), key.pk.len(), "sk".len(), key.sk.len()])
}

/// The bytes that DynamoDB counts for a transaction: its items, and the keys of its checks.
pub(crate) fn size_of_transaction(transaction: &Transaction) -> usize {
    let puts = transaction.puts.iter().map(size_of_item);
    let checks = transaction.checks.iter();
    let all = puts.chain(checks.map(|check| size_of_key(&check.key)));
    all.fold(0, usize::saturating_add)
}

/// The bytes of an item in an index that holds keys only.
pub(crate) fn size_of_projected(key: &Key, hash: usize, range: usize) -> usize {
    sum([size_of_key(key), hash, range])
}

/// The bytes of an instant in an index under an attribute of this name.
pub(crate) const fn size_of_instant(name: &str) -> usize {
    name.len().saturating_add(INSTANT)
}

fn size_of_whole(number: impl ToString) -> usize {
    size_of_number(&number.to_string())
}

fn sum<const N: usize>(parts: [usize; N]) -> usize {
    parts.into_iter().fold(0, usize::saturating_add)
}

/// The bytes of a number as JSON writes it: one, one for every two significant digits before the
/// point, one for every two behind it, and one for a minus; zero is one byte.
///
/// AWS's guide says "approximately 1 byte per two significant digits, plus 1 byte" and leaves the
/// point and the sign out. That they count is measured at the limit of 400 KB by dynoxide, which the
/// conformance suite compares with to the byte.
fn size_of_number(text: &str) -> usize {
    let (minus, text) = match text.strip_prefix('-') {
        Some(rest) => (1, rest),
        None => (0, text),
    };
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let trimmed = digits.trim_start_matches('0');
    let zeros = digits.len().saturating_sub(trimmed.len());
    let significant = trimmed.trim_end_matches('0').len();
    if significant == 0 {
        return 1;
    }
    let of = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    // How many of the significant digits stand before the point, wherever the exponent moves it.
    let before = of(whole.len())
        .saturating_sub(of(zeros))
        .saturating_add(exponent)
        .clamp(0, of(significant));
    let before = usize::try_from(before).unwrap_or(0);
    let behind = significant.saturating_sub(before);
    sum([1, before.div_ceil(2), behind.div_ceil(2), minus])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_by_their_significant_digits() {
        for (number, size) in [
            ("0", 1),
            ("-0.0", 1),
            ("1", 2),
            ("12", 2),
            ("123", 3),
            ("100", 2),
            ("1010", 3),
            ("1234567890123456789", 11),
            ("1.5", 3),
            ("1.234", 4),
            ("3.14159", 5),
            ("100.5", 4),
            ("0.15", 2),
            ("0.0000001", 2),
            ("1e125", 2),
            ("1.5e-7", 2),
            ("1.25e1", 3),
            ("-42", 3),
            ("-0.15", 3),
        ] {
            assert_eq!(size_of_number(number), size, "{number}");
        }
    }
}
