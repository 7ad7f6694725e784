//! Every word of a mapping is known where it stands, so that a misspelt one is not passed over.

use super::check::{Check, Problems, Reading};
use crate::{
    fixes::{conditions::with_separator, nearest::listed},
    grammar::{Shape, hand_off::is_former},
    problems::problem::ProblemSeverity,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-word",
    about: "Every word of a mapping is known where it stands.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for word in reading.misspelt.iter().filter(|it| it.names.is_none()) {
        let what = format!("`{}` is no word of the language here", word.written);
        let fix = format!("write `{}`", word.meant);
        problems.at(&CHECK, word.file, word.span, what, fix);
    }
    for site in &reading.sites.values {
        let Shape::Mapping { words, rest: None } = site.shape else {
            continue;
        };
        for (text, key, value) in site.node.entries() {
            // A merge key is reported as what it is, and what once was a word by another check.
            if text == "<<" || is_former(words, text) || words.iter().any(|word| word.key == text) {
                continue;
            }
            let fix = match with_separator(site.node, (text, key.span, value)) {
                Some(number) => format!("write `{number}`, without a separator"),
                None => format!(
                    "the words that can stand here are {}",
                    listed(words.iter().map(|word| word.key))
                ),
            };
            problems.at(
                &CHECK,
                site.context.file,
                key.span,
                format!("`{text}` is no word of the language here"),
                fix,
            );
        }
    }
}
