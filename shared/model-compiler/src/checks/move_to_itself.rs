//! A record moves from its stage to another one: a stage does not lead to itself.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "move-to-itself",
    about: "A stage does not lead to itself.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let lifecycles = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("lifecycles"));
    for (_, _, lifecycle) in lifecycles.into_iter().flat_map(Node::entries) {
        let stages = lifecycle.get("stages").into_iter().flat_map(Node::entries);
        for (name, _, stage) in stages {
            let to = stage.get("may_move_to").into_iter().flat_map(Node::items);
            for node in to.filter(|node| node.text() == Some(name)) {
                let what = format!("`{name}` leads to itself, and a record is there already");
                let fix = "remove it, or write the stage that was meant".to_owned();
                problems.at(&CHECK, ModelFile::Processes, node.span, what, fix);
            }
        }
    }
}
