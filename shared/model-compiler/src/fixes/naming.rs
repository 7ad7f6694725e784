//! What can be a name, and what is suggested for what cannot.

use crm::SourceName;

/// The name that is suggested for what cannot be one; none for what can.
pub(crate) fn meant(written: &str) -> Option<String> {
    (written != "<<" && !well_formed(written)).then(|| suggestion(written))
}

/// Whether this can be a name. All names are written as those of sources are.
pub(crate) fn well_formed(name: &str) -> bool {
    SourceName::is_well_formed(name)
}

/// What it could be called instead.
pub(crate) fn suggestion(name: &str) -> String {
    let lower: String = name
        .to_lowercase()
        .chars()
        .map(in_ascii)
        .take(SourceName::MAX_LENGTH)
        .collect();
    let trimmed = lower.trim_matches('_');
    if well_formed(trimmed) && trimmed != name {
        trimmed.to_owned()
    } else {
        format!("the_{trimmed}")
            .chars()
            .take(SourceName::MAX_LENGTH)
            .collect()
    }
}

/// A letter as people write it who do not have it on their keyboard.
fn in_ascii(c: char) -> String {
    let plain = match c {
        'ä' | 'æ' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'ß' => "ss",
        'å' => "aa",
        'à' | 'á' | 'â' | 'ã' => "a",
        'ç' | 'č' | 'ć' => "c",
        'è' | 'é' | 'ê' | 'ë' => "e",
        'ì' | 'í' | 'î' | 'ï' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' => "o",
        'š' | 'ś' => "s",
        'ù' | 'ú' | 'û' => "u",
        'ý' => "y",
        'ž' | 'ź' | 'ż' => "z",
        c if c.is_ascii_alphanumeric() => return c.to_string(),
        _ => "_",
    };
    plain.to_owned()
}
