//! Who is asked when all members of a pool are away is not its only member, who is away then too.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "asked-while-away",
    about: "Who is asked when a pool is away is not its only member.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::People) else {
        return;
    };
    for (_, _, pool) in root.get("pools").into_iter().flat_map(Node::entries) {
        let Some(node) = pool.get("all_away") else {
            continue;
        };
        let asked = node.text().and_then(|text| text.strip_prefix("ask "));
        let Some(asked) = asked.map(str::trim) else {
            continue;
        };
        let mut members = pool.get("weights").into_iter().flat_map(Node::entries);
        if !members.all(|(member, ..)| member == asked) {
            continue;
        }
        let person = root.get("people").and_then(|people| people.get(asked));
        let (then, fix) = match person.and_then(|person| person.text_of("reports_to")) {
            Some(manager) => (
                format!("their manager {manager} gets the records instead"),
                format!("write `ask {manager}` if that is meant, or name somebody else"),
            ),
            None => (
                "they get the records all the same".to_owned(),
                "write `first_back` if that is meant, or name somebody else".to_owned(),
            ),
        };
        let what = format!("{asked} is the only member, so away when all members are: {then}");
        problems.at(&CHECK, ModelFile::People, node.span, what, fix);
    }
}
