//! A spelling of the CRM stands for one channel, and one channel takes all others.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "channels",
    about: "A spelling of the CRM stands for one channel, and one channel takes all others.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::Technology);
    let Some((_, key, tags)) = root
        .into_iter()
        .flat_map(Node::entries)
        .find(|(word, ..)| *word == "source_tags")
    else {
        return;
    };
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    let mut others = Vec::new();
    for (channel, key, spellings) in tags.entries() {
        if spellings.text() == Some("otherwise") {
            others.push(key);
        }
        for node in spellings.items() {
            let Some(text) = node.text() else { continue };
            if let Some(first) = seen.insert(text, channel) {
                let what = format!("`{text}` already stands for `{first}`");
                let fix = "let each spelling stand for one channel".to_owned();
                problems.at(&CHECK, ModelFile::Technology, node.span, what, fix);
            }
        }
    }
    match others.as_slice() {
        [_] => {}
        [] if !tags.is_mapping() || tags.pairs().is_empty() => {}
        [] => {
            let what = "no channel takes a spelling that is not listed here".to_owned();
            let fix = "end with `unrecognised: otherwise`".to_owned();
            problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
        }
        [_, second, ..] => {
            let what = "another channel takes every other spelling already".to_owned();
            let fix = "write `otherwise` once".to_owned();
            problems.at(&CHECK, ModelFile::Technology, second.span, what, fix);
        }
    }
}
