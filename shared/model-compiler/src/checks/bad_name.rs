//! Names are lower-case words, so that they are easy to type and never taken for something else;
//! and a person is not called like a word that says who gets or hears something.

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::naming,
    grammar::{Keys, catalogue::BUILT_IN, is_word_of_a_field},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "bad-name",
    about: "Names are lower-case words that mean nothing else.",
    severity: ProblemSeverity::Error,
    run,
};

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
        let fault = if !naming::well_formed(name) {
            Some(format!("`{name}` cannot name {a}"))
        } else if means_something(a, name) {
            Some(format!(
                "`{name}` already means something, so it cannot name {a}"
            ))
        } else {
            None
        };
        if let Some(what) = fault {
            let fix = fix(&naming::suggestion(name));
            problems.at(&CHECK, site.context.file, site.key.span, what, fix);
        }
    }
}

fn fix(suggestion: &str) -> String {
    format!("choose a name of lower-case letters, digits and _, such as `{suggestion}`")
}

fn means_something(a: &str, name: &str) -> bool {
    match a {
        "a person" => matches!(
            name,
            "owner" | "manager" | "nobody" | "owners" | "team_leads"
        ),
        "a calendar" => matches!(name, "owner" | "team"),
        "a channel" => name == "otherwise",
        "an entry" => matches!(name, "otherwise" | "unknown" | "by"),
        "a condition" => matches!(name, "all" | "any" | "none" | "is"),
        "a source" => is_word_of_a_field(name),
        "a field" => BUILT_IN.contains(&name),
        _ => false,
    }
}
