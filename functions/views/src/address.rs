//! What stands in an address, behind its `?`.

use crate::form::unescaped;

/// The longest value, in characters: some providers' codes have two thousand.
const LONGEST: usize = 8_000;

/// A text as an address or a form writes it.
pub(crate) fn encoded(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
    }
    written
}

/// The value of a name, the first time it stands there.
pub(crate) fn value_of(query: &str, name: &str) -> Option<String> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(it, _)| *it == name)?;
    unescaped(value, LONGEST)
}
