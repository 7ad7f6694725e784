//! A pause says when the clock stands still; one that says nothing was meant to say something.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "empty-pause",
    about: "A pause says when the clock stands still.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    for (_, _, clock) in clocks.into_iter().flat_map(Node::entries) {
        let Some(pause) = clock.get("pause").filter(|pause| pause.is_mapping()) else {
            continue;
        };
        if pause.entries().next().is_none() {
            problems.at(
                &CHECK,
                ModelFile::Processes,
                pause.span,
                "this pause does not say when the clock stands still".to_owned(),
                "write `while:` and a condition, or `owner_away: yes`, or remove `pause`"
                    .to_owned(),
            );
        }
    }
}
