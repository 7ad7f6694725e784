//! A step after the due time counts from one instant, from the due time or from the step before,
//! and does something.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "clock-step",
    about: "A step after the due time counts from the due time or from the step before, and tells, reassigns or moves.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let clocks = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("clocks"));
    for (_, _, clock) in clocks.into_iter().flat_map(Node::entries) {
        let steps = clock.get("when_late").into_iter().flat_map(Node::items);
        for (number, step) in steps.enumerate() {
            idle(problems, step);
            let Some(previous) = step.get("after_previous") else {
                continue;
            };
            let (what, fix) = if step.get("after").is_some() {
                (
                    "this step counts both from the due time and from the step before",
                    "keep `after` or `after_previous`, not both",
                )
            } else if number == 0 {
                (
                    "this is the first step, so there is none before it",
                    "write `after`, which counts from the due time",
                )
            } else {
                continue;
            };
            problems.at(
                &CHECK,
                ModelFile::Processes,
                previous.span,
                what.to_owned(),
                fix.to_owned(),
            );
        }
    }
}

/// A step that does nothing, or waits for people whom it does not tell.
fn idle(problems: &mut Problems<'_>, step: &Node) {
    if !step.is_mapping() || step.get("tell").is_some() {
        return;
    }
    let (span, what, fix) = if step.get("reassign").is_none() && step.get("move_to").is_none() {
        (
            step.span,
            "this step tells nobody, and neither reassigns nor moves the record",
            "add for example `tell: manager`",
        )
    } else if let Some(within) = step.get("within") {
        (
            within.span,
            "this waits for the working time of those who are told, and the step tells nobody",
            "add `tell`, or remove `within`",
        )
    } else {
        return;
    };
    problems.at(
        &CHECK,
        ModelFile::Processes,
        span,
        what.to_owned(),
        fix.to_owned(),
    );
}
