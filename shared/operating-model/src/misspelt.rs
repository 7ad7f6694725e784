//! A misspelt word of a mapping is read as the word that was meant. It is reported once, for what it
//! is; without this, everything that is said below it would seem to be missing, and every name that
//! is given there to be unknown.

use crate::{
    ModelFile,
    checks::unknown_word::meant,
    grammar::{self, Shape},
    node::{Content, Node},
    problem::Span,
    sites::Trees,
};

/// A word that was not written as it is spelt.
#[derive(Debug, Clone)]
pub(crate) struct Misspelt {
    pub(crate) file: ModelFile,
    pub(crate) span: Span,
    pub(crate) written: String,
    pub(crate) meant: &'static str,
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
            if rest.is_none() {
                correct(file, words, node, found);
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

fn correct(
    file: ModelFile,
    words: &'static [grammar::Word],
    node: &mut Node,
    found: &mut Vec<Misspelt>,
) {
    let count = node.pairs().len();
    for number in 0..count {
        let pair = node.pairs().get(number);
        let Some((written, span)) = pair.and_then(|(key, _)| Some((key.text()?, key.span))) else {
            continue;
        };
        let Some(meant) = meant(written, words, node) else {
            continue;
        };
        found.push(Misspelt {
            file,
            span,
            written: written.to_owned(),
            meant,
        });
        if let Content::Mapping(pairs) = &mut node.content
            && let Some((key, _)) = pairs.get_mut(number)
        {
            key.content = Content::Scalar {
                text: meant.to_owned(),
                plain: true,
            };
        }
    }
}
