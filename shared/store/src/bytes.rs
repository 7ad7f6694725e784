use serde_json::Value;

/// What a list or map costs beside its elements, in bytes.
const NESTED: usize = 3;

/// The bytes that DynamoDB counts for a body.
///
/// The UTF-8 bytes of names and texts; for a number what [`size_of_number`] says; one for a boolean
/// or null; three for a list or map and one for each element of it ("DynamoDB item sizes and
/// formats", its developer guide).
pub(crate) fn size_of(body: &Value) -> usize {
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

/// At least the bytes that DynamoDB counts for a body whose JSON is this text. JSON spends as much on a
/// text, and more on a name and its marks; a number may cost one byte more than its digits, and a list
/// or map three beside its elements.
pub(crate) fn at_most(text: &str) -> usize {
    let nested = text.bytes().filter(|byte| matches!(byte, b'[' | b'{'));
    let elements = text.bytes().filter(|byte| *byte == b',').count();
    let nested = nested.count().saturating_mul(NESTED);
    // A number that stands alone.
    let alone = 1;
    [text.len(), nested, elements, alone]
        .into_iter()
        .fold(0, usize::saturating_add)
}

/// The bytes of a number as JSON writes it: one, one for every two significant digits before the
/// point, one for every two behind it, and one for a minus; zero is one byte.
///
/// AWS's guide says "approximately 1 byte per two significant digits, plus 1 byte" and leaves the
/// point and the sign out. That they count is measured at the limit of 400 KB by dynoxide, which the
/// conformance suite compares with to the byte.
pub(crate) fn size_of_number(text: &str) -> usize {
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
    [1, before.div_ceil(2), behind.div_ceil(2), minus]
        .into_iter()
        .fold(0, usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            (-9_i64..10).prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,12}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            let list = proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from);
            let map = proptest::collection::btree_map(".{0,6}", inner, 0..6);
            prop_oneof![list, map.prop_map(Value::from_iter)]
        })
    }

    proptest! {
        #[test]
        fn a_text_bounds_the_bytes_from_above(body in any_json()) {
            let text = body.to_string();
            prop_assert!(size_of(&body) <= at_most(&text), "{} > {}: {text}", size_of(&body), at_most(&text));
        }
    }
}
