//! What had another name before is called like nothing that is there, and nothing else was called so too: what
//! is kept under the old name goes on under one new name.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "was",
    about: "The old name of a pool, a clock or a rule is nobody's any more, and one thing's only.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for (file, word, what) in [
        (ModelFile::People, "pools", "pool"),
        (ModelFile::Processes, "clocks", "clock"),
    ] {
        let section = reading.trees.get(&file).and_then(|root| root.get(word));
        let named = section.into_iter().flat_map(Node::entries);
        let named = named.map(|(name, _, it)| (name, it)).collect();
        doubles(problems, file, what, named);
    }
    let processes = reading.trees.get(&ModelFile::Processes);
    let routing = processes.and_then(|root| root.get("routing"));
    for (_, _, rules) in routing.into_iter().flat_map(Node::entries) {
        let named = rules.items().iter();
        let named = named.filter_map(|rule| Some((rule.text_of("rule")?, rule)));
        doubles(problems, ModelFile::Processes, "rule", named.collect());
    }
}

fn doubles(problems: &mut Problems<'_>, file: ModelFile, what: &str, named: Vec<(&str, &Node)>) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, it) in &named {
        let Some((node, was)) = it.get("was").and_then(|node| Some((node, node.text()?))) else {
            continue;
        };
        let found = if was == *name {
            Some((
                format!("the {what} {name} is called so still"),
                "write the name that it had before, or remove `was`".to_owned(),
            ))
        } else if named.iter().any(|(other, _)| *other == was) {
            Some((
                format!("there is a {what} {was} still, so {name} cannot go on in its place"),
                format!("remove the {what} {was}, or this `was`"),
            ))
        } else {
            seen.insert(was, name).map(|other| {
                (
                    format!("the {what} {other} was called {was} too, and only one can go on in its place"),
                    "remove one of the two `was`".to_owned(),
                )
            })
        };
        if let Some((said, fix)) = found {
            problems.at(&CHECK, file, node.span, said, fix);
        }
    }
}
