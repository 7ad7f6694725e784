//! A misspelt word of a mapping is read as the word that was meant, and a name that cannot be one as
//! the name that is suggested for it. Both are reported once, for what they are; without this,
//! everything that is said below such a word would seem to be missing, and every name that is given
//! there to be unknown.

use std::collections::BTreeSet;

use crate::{
    fixes::{naming, nearest::nearest},
    grammar::{self, Keys, Rest, Shape, Word, hand_off::is_former, sites::Trees},
    yaml::{
        node::{Content, Node},
        span::Span,
    },
};
use model::ModelFile;

/// A word that was not written as it is spelt, or a name.
#[derive(Debug, Clone)]
pub(crate) struct Misspelt {
    pub(crate) file: ModelFile,
    pub(crate) span: Span,
    pub(crate) written: String,
    pub(crate) meant: String,
    /// What it names, of a name: `a team`.
    pub(crate) names: Option<&'static str>,
}

/// Puts the words that were meant into the trees, and gives those that were written.
pub(crate) fn corrected(trees: &mut Trees) -> Vec<Misspelt> {
    let mut found = Vec::new();
    for (file, root) in trees {
        walk(*file, grammar::of(*file), root, &mut found);
    }
    found
}

fn walk(file: ModelFile, shape: &'static Shape, node: &mut Node, found: &mut Vec<Misspelt>) {
    match shape {
        Shape::List(shape) | Shape::MaybeEmpty(shape) => {
            if let Content::List(items) = &mut node.content {
                for item in items {
                    walk(file, shape, item, found);
                }
            }
        }
        Shape::Mapping { words, rest } => {
            match rest {
                None => correct_words(file, words, node, found),
                Some(Rest {
                    keys: Keys::New(a), ..
                }) => correct_names(file, words, a, node, found),
                Some(_) => {}
            }
            let Content::Mapping(pairs) = &mut node.content else {
                return;
            };
            for (key, value) in pairs {
                let Some(text) = key.text() else { continue };
                let word = words.iter().find(|word| word.key == text);
                let rest = rest.as_ref().map(|rest| rest.shape);
                if let Some(shape) = word.map(|word| word.shape).or(rest) {
                    walk(file, shape, value, found);
                }
            }
        }
        Shape::ByForm {
            value,
            list,
            mapping,
        } => {
            let chosen = match &node.content {
                Content::List(_) => list,
                Content::Mapping(_) => mapping,
                _ => value,
            };
            if let Some(shape) = chosen {
                walk(file, shape, node, found);
            }
        }
        _ => {}
    }
}

/// Puts words right, each for one that is not there yet.
fn correct_words(
    file: ModelFile,
    words: &'static [Word],
    node: &mut Node,
    found: &mut Vec<Misspelt>,
) {
    let there: BTreeSet<&str> = node.entries().map(|(text, ..)| text).collect();
    let mut free: Vec<&'static str> = words
        .iter()
        .map(|word| word.key)
        .filter(|word| !there.contains(word))
        .collect();
    let is_known = |text: &str| {
        text == "<<" || is_former(words, text) || words.iter().any(|word| word.key == text)
    };
    correct(file, None, node, found, |text| {
        let meant = nearest(text, free.iter().copied()).filter(|_| !is_known(text))?;
        free.retain(|word| *word != meant);
        Some(meant.to_owned())
    });
}

/// Puts names right, unless what is suggested is there already.
fn correct_names(
    file: ModelFile,
    words: &'static [Word],
    a: &'static str,
    node: &mut Node,
    found: &mut Vec<Misspelt>,
) {
    let there = node.entries().map(|(text, ..)| text.to_owned());
    let mut there: BTreeSet<String> = there.collect();
    let is_known = |text: &str| words.iter().any(|word| word.key == text);
    correct(file, Some(a), node, found, |text| {
        let meant = naming::meant(text).filter(|_| !is_known(text))?;
        there.insert(meant.clone()).then_some(meant)
    });
}

fn correct(
    file: ModelFile,
    names: Option<&'static str>,
    node: &mut Node,
    found: &mut Vec<Misspelt>,
    mut meant: impl FnMut(&str) -> Option<String>,
) {
    let Content::Mapping(pairs) = &mut node.content else {
        return;
    };
    for (key, _) in pairs {
        let Some((written, meant)) = key.text().and_then(|text| Some((text, meant(text)?))) else {
            continue;
        };
        found.push(Misspelt {
            file,
            span: key.span,
            written: written.to_owned(),
            meant: meant.clone(),
            names,
        });
        key.content = Content::Scalar {
            text: meant,
            plain: true,
        };
    }
}
