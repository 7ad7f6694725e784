use serde_json::Value;

/// What a nested list or map costs beside its elements, in bytes.
const NESTED: usize = 3;

/// The bytes that DynamoDB counts for a body: the UTF-8 bytes of names and texts; for a number about
/// one byte for every two digits and one more, at most 21; one for a boolean or null; three for a
/// list or map and one for each element of it ("DynamoDB item sizes and formats", its developer
/// guide). Numbers are bounded from above.
#[must_use]
pub fn size_of(body: &Value) -> usize {
    match body {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(number) => (number.to_string().len().div_ceil(2))
            .saturating_add(1)
            .min(21),
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
