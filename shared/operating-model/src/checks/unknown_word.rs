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
    for word in reading.misspelt {
        let what = format!("`{}` is no word of the language here", word.written);
        let mend = format!("write `{}`", word.meant);
        problems.at(&CHECK, word.file, word.span, what, mend);
    }
    for site in &reading.sites.values {
        let Shape::Mapping { words, rest: None } = site.shape else {
            continue;
        };
        for (text, key, value) in site.node.entries() {
            // A merge key is reported as what it is.
            if text == "<<" || words.iter().any(|word| word.key == text) {
                continue;
            }
            let mend = match with_separator(site.node, (text, key.span, value)) {
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
                mend,
            );
        }
    }
}

/// The word that a misspelt one was meant to be: the nearest of those that are not there yet.
pub(crate) fn meant(written: &str, words: &'static [Word], mapping: &Node) -> Option<&'static str> {
    if written == "<<" || words.iter().any(|word| word.key == written) {
        return None;
    }
    let there: BTreeSet<&str> = mapping.entries().map(|(text, ..)| text).collect();
    let free = words.iter().map(|word| word.key);
    nearest(written, free.filter(|word| !there.contains(word)))
}
