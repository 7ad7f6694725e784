//! What follows by itself does something, and says when: an entry of `upon_entering` or `upon_leaving` tells or
//! sets, a step of a deviation tells, moves or sets, `over` stands with `set`, the steps stand in the order in
//! which they come, and whoever writes steps says with `acts` what becomes of them.

use business_time::BusinessAmount;

use super::check::{Check, Problems, Reading};
use crate::{
    problems::problem::ProblemSeverity,
    yaml::{
        node::Node,
        scalars::{Clock, amount},
        span::Span,
    },
};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "what-follows",
    about: "What follows by itself does something, and in the order in which it is written.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let section = |file, word| {
        let root = reading.trees.get(&file).and_then(|root| root.get(word));
        root.into_iter().flat_map(Node::entries)
    };
    for (_, _, lifecycle) in section(ModelFile::Processes, "lifecycles") {
        let stages = lifecycle.get("stages").into_iter().flat_map(Node::entries);
        for (_, _, stage) in stages {
            for word in ["upon_entering", "upon_leaving"] {
                for entry in stage.get(word).into_iter().flat_map(Node::items) {
                    does_something(problems, ModelFile::Processes, entry, &["tell", "set"]);
                }
            }
        }
    }
    for (name, key, deviation) in section(ModelFile::Governance, "deviations") {
        steps(problems, (name, key), deviation);
    }
}

fn does_something(problems: &mut Problems<'_>, file: ModelFile, entry: &Node, words: &[&str]) {
    if !entry.is_mapping() {
        return;
    }
    let mut report = |span: Span, what: &str, fix: &str| {
        problems.at(&CHECK, file, span, what.to_owned(), fix.to_owned())
    };
    if words.iter().all(|word| entry.get(word).is_none()) {
        report(
            entry.span,
            "nothing follows from this: it tells nobody and sets nothing",
            "add for example `tell: [manager]`",
        );
    } else if let (Some(over), None) = (entry.get("over"), entry.get("set")) {
        report(
            over.span,
            "`over` says how fields are set, and none is",
            "add `set`, or remove `over`",
        );
    }
}

fn steps(problems: &mut Problems<'_>, (name, key): (&str, &Node), deviation: &Node) {
    let file = ModelFile::Governance;
    let (steps, acts) = (deviation.get("steps"), deviation.get("acts"));
    match (steps, acts) {
        (Some(_), None) => problems.at(
            &CHECK,
            file,
            key.span,
            format!("`{name}` has steps and does not say what becomes of them"),
            "add `acts: observe` to see first what they would do, or `acts: warn` or `acts: act`"
                .to_owned(),
        ),
        (None, Some(acts)) => problems.at(
            &CHECK,
            file,
            acts.span,
            format!("`{name}` has no steps that could be acted upon"),
            "add `steps`, or remove `acts`".to_owned(),
        ),
        _ => {}
    }
    let mut above = 0;
    for (number, step) in steps.into_iter().flat_map(Node::items).enumerate() {
        does_something(problems, file, step, &["tell", "set", "move_to"]);
        let length = |word| match step.get(word).map(|node| amount(node, Clock::Wall)) {
            Some(Some(BusinessAmount::Wall(seconds))) => Some(seconds),
            _ => None,
        };
        let (what, fix) = if step.get("after_previous").is_some() && number == 0 {
            (
                "this is the first step, so there is none before it",
                "write `after`, which counts from the opening",
            )
        } else if step.get("after_previous").is_some() && step.get("after").is_some() {
            (
                "this step counts both from the opening and from the step before",
                "keep `after` or `after_previous`, not both",
            )
        } else if let Some(more) = length("after_previous") {
            above += more;
            continue;
        } else {
            let here = length("after").unwrap_or(0);
            if here >= above {
                above = here;
                continue;
            }
            (
                "this step comes before the one above it",
                "put the steps in the order of their times, or write `after_previous`",
            )
        };
        problems.at(&CHECK, file, step.span, what.to_owned(), fix.to_owned());
    }
}
