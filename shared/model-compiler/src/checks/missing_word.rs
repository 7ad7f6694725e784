//! A mapping has every word that it needs. Nothing is filled in silently.

use super::{
    check::{Check, Problems, Reading},
    hand_off::replaced_by_former,
};
use crate::{grammar::Shape, problems::problem::ProblemSeverity};

pub(super) static CHECK: Check = Check {
    name: "missing-word",
    about: "A mapping has every word that it needs.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in reading
        .sites
        .values
        .iter()
        .filter(|site| site.node.is_mapping())
    {
        let Shape::Mapping { words, .. } = site.shape else {
            continue;
        };
        // An empty value is there, and reported as one; a misspelt word was put right; a former one is reported.
        let missing = words
            .iter()
            .filter(|word| word.required && site.node.get(word.key).is_none())
            .filter(|word| !replaced_by_former(site, words, word.key));
        for word in missing {
            let what = format!("`{}` is missing: {}", word.key, word.about);
            problems.at(
                &CHECK,
                site.context.file,
                site.label,
                what,
                format!("add `{}: …` here", word.key),
            );
        }
    }
}
