//! A routing rule has a name of its own: reasons refer to rules by name.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "same-rule",
    about: "A routing rule has a name of its own.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let routing = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("routing"));
    for (_, _, rules) in routing.into_iter().flat_map(Node::entries) {
        let mut seen = BTreeMap::new();
        for node in rules.items().iter().filter_map(|rule| rule.get("rule")) {
            let Some(name) = node.text() else { continue };
            if let Some(first) = seen.insert(name, node.span.line) {
                let what = format!("`{name}` is already the name of the rule in line {first}");
                problems.at(
                    &CHECK,
                    ModelFile::Processes,
                    node.span,
                    what,
                    "give one of the two another name".to_owned(),
                );
            }
        }
    }
}
