//! What people call two things of one sort differs: two stages of a journey, two rules of a kind, two clocks,
//! deviations, approvals, pools, queues, metrics or fields. A label is all that a mail or a page says of them, so of two that are
//! called alike nobody could tell which is meant. What has no label is called by its name in words.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "same-label",
    about: "Of two stages, rules, clocks, deviations, approvals, pools, queues, metrics or fields, people call each differently.",
    severity: ProblemSeverity::Error,
    run,
};

/// Sections of which each entry has its own label.
const FLAT: [(ModelFile, &str, &str); 6] = [
    (ModelFile::Processes, "clocks", "clock"),
    (ModelFile::Governance, "deviations", "deviation"),
    (ModelFile::Governance, "approvals", "approval"),
    (ModelFile::People, "pools", "pool"),
    (ModelFile::People, "queues", "queue"),
    (ModelFile::Metrics, "metrics", "metric"),
];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let section = |file: ModelFile, word: &str| {
        let root = reading.trees.get(&file);
        root.and_then(|root| root.get(word))
    };
    for (file, word, sort) in FLAT {
        compare(file, sort, named(section(file, word)), problems);
    }
    let journeys = section(ModelFile::Processes, "lifecycles");
    for (_, _, journey) in journeys.into_iter().flat_map(Node::entries) {
        let stages = named(journey.get("stages"));
        compare(ModelFile::Processes, "stage", stages, problems);
    }
    let kinds = section(ModelFile::Technology, "records");
    for (_, _, fields) in kinds.into_iter().flat_map(Node::entries) {
        compare(
            ModelFile::Technology,
            "field",
            named(Some(fields)),
            problems,
        );
    }
    let routing = section(ModelFile::Processes, "routing");
    for (_, _, rules) in routing.into_iter().flat_map(Node::entries) {
        let rules = rules.items().iter();
        let rules = rules.filter_map(|rule| Some((rule.text_of("rule")?, rule)));
        compare(ModelFile::Processes, "rule", rules, problems);
    }
}

fn named(section: Option<&Node>) -> impl Iterator<Item = (&str, &Node)> {
    let entries = section.into_iter().flat_map(Node::entries);
    entries.map(|(name, _, node)| (name, node))
}

/// Things of one sort, each with its name.
fn compare<'n>(
    file: ModelFile,
    sort: &str,
    things: impl Iterator<Item = (&'n str, &'n Node)>,
    problems: &mut Problems<'_>,
) {
    let mut seen: BTreeMap<String, (&str, Option<&Node>)> = BTreeMap::new();
    for (name, node) in things {
        let label = node.get("label");
        let called = match label.and_then(Node::text) {
            Some(label) => label.trim().to_lowercase(),
            None => name.replace('_', " ").to_lowercase(),
        };
        let Some((other, before)) = seen.insert(called.clone(), (name, label)) else {
            continue;
        };
        let Some(at) = label.or(before) else { continue };
        let what = format!(
            "the {sort} `{name}` and the {sort} `{other}` are both called \"{called}\", so nobody who reads a mail can \
             tell which is meant"
        );
        let fix = "give one of the two another label".to_owned();
        problems.at(&CHECK, file, at.span, what, fix);
    }
}
