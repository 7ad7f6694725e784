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
    fn what_is_no_json_is_told_where() {
        assert_eq!(parse(b"[1,\n x]").unwrap_err().line(), 2);
    }
}
