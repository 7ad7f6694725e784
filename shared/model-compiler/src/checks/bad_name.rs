//! Names are lower-case words, so that they are easy to type and never taken for something else;
//! and a person is not called like a word that says who gets or hears something.

use super::{Check, Reading};
use crate::{
    grammar::{Keys, catalogue::BUILT_IN},
    problems::problem::Problems,
};

pub(super) static CHECK: Check = Check {
    name: "bad-name",
    about: "Names are lower-case words that mean nothing else.",
    run,
};

/// The longest name, in characters.
const LONGEST: usize = 64;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for name in reading.misspelt {
        if let Some(a) = name.names {
            let what = format!("`{}` cannot name {a}", name.written);
            problems.at(&CHECK, name.file, name.span, what, fix(&name.meant));
        }
    }
    for site in &reading.sites.keys {
        let (Keys::New(a), Some(name)) = (site.keys, site.key.text()) else {
            continue;
        };
        if name == "<<" {
            continue;
        }
        let fault = if !well_formed(name) {
            Some(format!("`{name}` cannot name {a}"))
        } else if means_something(a, name) {
            Some(format!(
                "`{name}` already means something, so it cannot name {a}"
            ))
        } else {
            None
        };
        if let Some(what) = fault {
            let fix = fix(&suggestion(name));
            problems.at(&CHECK, site.context.file, site.key.span, what, fix);
        }
    }
}

fn fix(suggestion: &str) -> String {
    format!("choose a name of lower-case letters, digits and _, such as `{suggestion}`")
}

/// The name that is suggested for what cannot be one; none for what can.
pub(crate) fn meant(written: &str) -> Option<String> {
    (written != "<<" && !well_formed(written)).then(|| suggestion(written))
}

fn well_formed(name: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(fine)
}

fn means_something(a: &str, name: &str) -> bool {
    match a {
        "a person" => matches!(
            name,
            "owner" | "manager" | "nobody" | "owners" | "team_leads"
        ),
        "a calendar" => matches!(name, "owner" | "team"),
        "a metric" => matches!(name, "time_in_stage" | "days_between_contacts"),
        "a channel" => name == "otherwise",
        "an entry" => matches!(name, "otherwise" | "unknown" | "by"),
        "a condition" => matches!(name, "all" | "any" | "none" | "is"),
        "a field" => BUILT_IN.contains(&name),
        _ => false,
    }
}

fn suggestion(name: &str) -> String {
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
