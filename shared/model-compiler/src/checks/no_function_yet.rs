//! What no function acts upon is an error, but for a few words that stand in models already and whose function is
//! on its way. They are read, checked and kept; whoever writes one is told that nothing follows from it yet.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{
    grammar::{Form, Shape},
    problems::problem::ProblemSeverity,
    yaml::{node::Node, span::Span},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "no-function-yet",
    about: "Every word is one that a function acts upon; of the few whose function is still to come it is said.",
    severity: ProblemSeverity::Warning,
    run,
};

/// The words of one file, each with where it stands first, in the order of the file.
type Words<'t> = BTreeMap<&'t str, Span>;

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let mut found: BTreeMap<ModelFile, Words<'_>> = BTreeMap::new();
    for site in &reading.sites.values {
        let words = found.entry(site.context.file).or_default();
        if let Shape::Phrase(forms) = site.shape
            && let Some(text) = planned_phrase(site.node, forms)
        {
            words.entry(text).or_insert(site.node.span);
        }
    }
    for (file, words) in found {
        // One for each file: a model that has them has many.
        let Some(first) = words
            .values()
            .min_by_key(|span| (span.line, span.column))
            .copied()
        else {
            continue;
        };
        let mut in_order: Vec<(&str, Span)> = words.into_iter().collect();
        in_order.sort_by_key(|(_, span)| (span.line, span.column));
        let names: Vec<String> = in_order
            .iter()
            .map(|(word, _)| format!("`{word}`"))
            .collect();
        let (names, is) = match &names[..] {
            [one] => (one.clone(), "is"),
            all => (all.join(", "), "are"),
        };
        let what = format!("{names} {is} read and checked, and no function acts upon that yet");
        let fix = "leave it as it is, and expect nothing of it until a release says so";
        problems.at(&CHECK, file, first, what, fix.to_owned());
    }
}

/// The word of a node that is one whose function is still to come.
fn planned_phrase<'t>(node: &'t Node, forms: &[Form]) -> Option<&'t str> {
    let text = node.text()?;
    let planned = forms
        .iter()
        .any(|form| matches!(form, Form::Planned(word, _) if *word == text));
    planned.then_some(text)
}
