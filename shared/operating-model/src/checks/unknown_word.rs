//! Every word of a mapping is known where it stands, so that a misspelt one is not passed over.

use std::collections::BTreeSet;

use super::{Check, Reading};
use crate::{
    grammar::{Shape, Word},
    mends::conditions::with_separator,
    nearest::{listed, nearest},
    node::Node,
    problem::Problems,
};

pub(super) static CHECK: Check = Check {
    name: "unknown-word",
    about: "Every word of a mapping is known where it stands.",
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for site in &reading.sites.values {
        let Shape::Mapping { words, rest: None } = site.shape else {
            continue;
        };
        let free = free(words, site.node);
        for (text, key, value) in site.node.entries() {
            // A merge key is reported as what it is.
            if text == "<<" || words.iter().any(|word| word.key == text) {
                continue;
            }
            let number = with_separator(site.node, (text, key.span, value));
            let mend = match nearest(text, free.iter().copied()) {
                _ if number.is_some() => format!(
                    "write `{}`, without a separator",
                    number.unwrap_or_default()
                ),
                Some(near) => format!("write `{near}`"),
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
                mend,
            );
        }
    }
}

/// The words of a mapping that are not there yet, one of which a misspelt one was meant to be.
pub(super) fn free(words: &'static [Word], mapping: &Node) -> Vec<&'static str> {
    let there: BTreeSet<&str> = mapping.entries().map(|(text, ..)| text).collect();
    words
        .iter()
        .map(|word| word.key)
        .filter(|word| !there.contains(word))
        .collect()
}
