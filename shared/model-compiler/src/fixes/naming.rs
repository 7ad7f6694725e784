//! What can be a name, and what is suggested for what cannot.

/// The longest name, in characters.
const LONGEST: usize = 64;

/// The name that is suggested for what cannot be one; none for what can.
pub(crate) fn meant(written: &str) -> Option<String> {
    (written != "<<" && !well_formed(written)).then(|| suggestion(written))
}

/// Whether this can be a name.
pub(crate) fn well_formed(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(fine)
}

/// What it could be called instead.
pub(crate) fn suggestion(name: &str) -> String {
    let lower: String = name
        .to_lowercase()
        .chars()
        .map(in_ascii)
        .take(LONGEST)
        .collect();
    let trimmed = lower.trim_matches('_');
    if well_formed(trimmed) && trimmed != name {
        trimmed.to_owned()
    } else {
        format!("the_{trimmed}").chars().take(LONGEST).collect()
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
