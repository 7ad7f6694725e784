//! A text field that is compared with a word such as `present` or `missing` is compared with that
//! very text. Whether a field has a value is asked with `{ present: yes }` or `{ present: no }`.

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{
        catalogue::Holds,
        conditions::{EQUALS, tests},
    },
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "test-as-text",
    about: "A field is not compared with the text `present` where its presence is meant.",
    severity: ProblemSeverity::Warning,
    run,
};

/// Words that ask whether there is a value, and the test that does.
const WORDS: [(&str, &str); 12] = [
    ("present", "yes"),
    ("any", "yes"),
    ("exists", "yes"),
    ("known", "yes"),
    ("set", "yes"),
    ("absent", "no"),
    ("blank", "no"),
    ("empty", "no"),
    ("missing", "no"),
    ("none", "no"),
    ("null", "no"),
    ("unset", "no"),
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.tests {
        let field = reading.field(site);
        let entry = field.and_then(|field| reading.catalogue.get(&field));
        if entry.is_none_or(|entry| entry.holds != Holds::Text) {
            continue;
        }
        // In quotes, or beside other texts, the text itself is meant.
        for part in tests(site.test).filter(|part| part.word == EQUALS && part.value.is_plain()) {
            let text = part.value.text().unwrap_or_default();
            let meant = WORDS.iter().find(|(word, _)| *word == text.to_lowercase());
            let Some((_, answer)) = meant else { continue };
            let what = format!("this compares the field with the text `{text}`");
            let fix = format!(
                "write `{{ present: {answer} }}` to ask whether it has a value; if the text is meant, put it in quotes: `\"{text}\"`"
            );
            problems.at(&CHECK, site.context.file, part.span, what, fix);
        }
    }
}
