//! A mapping has every word that it needs. Nothing is filled in silently.

use std::collections::BTreeSet;

use super::{Check, Reading, unknown_word::free};
use crate::{grammar::Shape, nearest::nearest, problem::Problems};

pub(super) static CHECK: Check = Check {
    name: "missing-word",
    about: "A mapping has every word that it needs.",
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
        // An empty value is there, and reported as one; a misspelt word is reported as that.
        let free = free(words, site.node);
        let unknown = site
            .node
            .entries()
            .map(|(text, ..)| text)
            .filter(|text| words.iter().all(|word| word.key != *text));
        let misspelt: BTreeSet<&str> = unknown
            .filter_map(|text| nearest(text, free.iter().copied()))
            .collect();
        for word in words.iter().filter(|word| {
            word.required && free.contains(&word.key) && !misspelt.contains(word.key)
        }) {
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
