//! What a record needs before it may leave a stage is asked on its way forwards: the stage does not
//! close, a later stage may follow for which it is asked, and `unless_to` names later ones only.

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{node::Node, scalars::yes_no},
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "leave",
    about: "What a stage needs before a record may leave it is asked of some move.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let lifecycles = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("lifecycles"));
    for (_, _, lifecycle) in lifecycles.into_iter().flat_map(Node::entries) {
        let stages = lifecycle.get("stages").into_iter().flat_map(Node::entries);
        let stages: Vec<(&str, &Node)> = stages.map(|(name, _, stage)| (name, stage)).collect();
        for (index, (name, stage)) in stages.iter().enumerate() {
            let leave = stage.entries().find(|(word, ..)| *word == "leave");
            let Some((_, key, leave)) = leave.filter(|(_, _, leave)| leave.is_mapping()) else {
                continue;
            };
            let later = stages.iter().skip(index.saturating_add(1));
            let later: Vec<&str> = later.map(|(name, _)| *name).collect();
            let next = stage.get("may_move_to").into_iter().flat_map(Node::items);
            let next: Vec<&str> = next.filter_map(Node::text).collect();
            let excepted = leave.get("unless_to").into_iter().flat_map(Node::items);
            let excepted: Vec<&Node> = excepted.collect();
            let known = |node: &&&Node| {
                node.text()
                    .is_some_and(|text| stages.iter().any(|(name, _)| *name == text))
            };
            for node in excepted.iter().filter(known) {
                let to = node.text().unwrap_or_default();
                let why = if !later.contains(&to) {
                    format!("`{to}` does not stand further down than `{name}`")
                } else if !next.contains(&to) {
                    format!("from `{name}` no record may move to `{to}`")
                } else {
                    continue;
                };
                let what = format!("{why}, so nothing is asked on the way there anyway");
                let fix = "remove it, or write the stage that was meant".to_owned();
                problems.at(&CHECK, ModelFile::Processes, node.span, what, fix);
            }
            let excepts = |to: &&&str| !excepted.iter().any(|node| node.text() == Some(to));
            let asked = next.iter().filter(excepts).any(|to| later.contains(to));
            let (what, fix) = if stage.get("closes").and_then(yes_no) == Some(true) {
                (
                    format!("`{name}` closes the journey, so nothing leaves it"),
                    "remove it, or write what is needed to enter with `enter`",
                )
            } else if !asked {
                (
                    format!(
                        "this is never asked: from `{name}` no record may move to a stage further down for which it is needed"
                    ),
                    "add a later stage to `may_move_to`, or remove it",
                )
            } else {
                continue;
            };
            problems.at(&CHECK, ModelFile::Processes, key.span, what, fix.to_owned());
        }
    }
}
