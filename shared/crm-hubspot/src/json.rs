//! JSON as it really comes: half an emoji at the end of a text that was cut must not cost the whole
//! answer.

use serde_json::Value;

/// Reads JSON. A lone surrogate (half of a character beyond U+FFFF, escaped as `\ud83d`) and bytes
/// that are no UTF-8 become U+FFFD.
///
/// # Errors
/// If it is no JSON after all.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, serde_json::Error> {
    match serde_json::from_slice(bytes) {
        Ok(value) => Ok(value),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let whole = without_lone_surrogates(&text);
            serde_json::from_str(&whole).map_err(|_| error)
        }
    }
}

fn without_lone_surrogates(text: &str) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        whole.push_str(before);
        let (length, replacement) = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => (12, None),
            (Some(0xd800..=0xdfff), _) => (6, Some("\\ufffd")),
            // Two bytes: `\\` must not be taken for the beginning of another escape.
            _ => (2, None),
        };
        let (one, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        whole.push_str(replacement.unwrap_or(one));
        rest = after;
    }
    whole.push_str(rest);
    whole
}

/// The UTF-16 unit of an escape with which a text begins.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u16::from_str_radix(digits, 16).ok()
}

/// The elements of a list, each as it is written, of a text that as a whole is no JSON that can be read: one of
/// them may hold a number beyond any, or be nested too deep. None if it is no list whose ends can be told.
pub(crate) fn elements(text: &str) -> Option<Vec<&str>> {
    parts(text.trim(), ('[', ']'))
}

/// The members of an object, each with its name and as it is written. None if it is none.
pub(crate) fn members(text: &str) -> Option<Vec<(String, &str)>> {
    let parts = parts(text.trim(), ('{', '}'))?;
    parts.into_iter().map(member).collect()
}

fn member(part: &str) -> Option<(String, &str)> {
    let end = string_end(part.strip_prefix('"')?)?.checked_add(1)?;
    let (name, rest) = part.split_at_checked(end)?;
    let name = serde_json::from_str(name).ok()?;
    Some((name, rest.trim_start().strip_prefix(':')?.trim()))
}

/// What stands between the commas of a list or an object.
fn parts(text: &str, (open, close): (char, char)) -> Option<Vec<&str>> {
    let inner = text.strip_prefix(open)?.strip_suffix(close)?;
    let (mut parts, mut from, mut depth, mut at) = (Vec::new(), 0, 0_usize, 0);
    while let Some(byte) = inner.as_bytes().get(at) {
        match byte {
            b'"' => at = at.checked_add(string_end(inner.get(at.checked_add(1)?..)?)?)?,
            b'[' | b'{' => depth = depth.checked_add(1)?,
            b']' | b'}' => depth = depth.checked_sub(1)?,
            b',' if depth == 0 => {
                parts.push(inner.get(from..at)?.trim());
                from = at.checked_add(1)?;
            }
            _ => {}
        }
        at = at.checked_add(1)?;
    }
    let last = inner.get(from..)?.trim();
    if !(parts.is_empty() && last.is_empty()) {
        parts.push(last);
    }
    (depth == 0).then_some(parts)
}

/// How many bytes a string has whose opening quotation mark was just read, with its closing one.
fn string_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' if !escaped => return at.checked_add(1),
            b'\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_costs_that_character_only() {
        let cut = br#"{"a":"x\ud83d","b":"\ud83d\ude00","c":"\\ud83d","d":"\ude00y"}"#;
        let value = parse(cut).unwrap();
        assert_eq!(value["a"], "x\u{fffd}");
        assert_eq!(value["b"], "\u{1f600}");
        assert_eq!(value["c"], "\\ud83d");
        assert_eq!(value["d"], "\u{fffd}y");
        assert_eq!(parse(b"\"\xff\"").unwrap(), "\u{fffd}");
    }

    #[test]
    fn a_list_is_taken_apart_though_an_element_cannot_be_read() {
        let text = r#" [ {"a":"],\"{","b":[1,{}]}, {"n":1e400,"id":7} ,3] "#;
        let parts = elements(text).unwrap();
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1], r#"{"n":1e400,"id":7}"#);
        let members = members(parts[1]).unwrap();
        assert_eq!(members, [("n".to_owned(), "1e400"), ("id".to_owned(), "7")]);
        assert_eq!(elements("[]"), Some(vec![]));
        for broken in ["[{", "[1,2", "{}", "[\"]", "[}]", "[[]", ""] {
            assert_eq!(elements(broken), None, "{broken}");
        }
    }

    #[test]
    fn what_is_no_json_is_told_where() {
        assert_eq!(parse(b"[1,\n x]").unwrap_err().line(), 2);
    }
}
