//! A step that reassigns says how often and what follows, and belongs to records that pools give.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "reassignment",
    about: "A step that reassigns says how often and who comes last, and its records come from pools.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Processes) else {
        return;
    };
    for (_, _, clock) in root.get("clocks").into_iter().flat_map(Node::entries) {
        let record = clock.text_of("record");
        let steps = clock.get("when_late").into_iter().flat_map(Node::items);
        for step in steps {
            match step.get("reassign") {
                Some(reassign) => {
                    incomplete(problems, reassign, step);
                    if let Some(record) = record.filter(|record| !has_pool(reading, record)) {
                        no_pool(problems, reassign, record);
                    }
                }
                None => stray(problems, step),
            }
        }
    }
}

/// Without an end, a record could go round for ever.
fn incomplete(problems: &mut Problems<'_>, reassign: &Node, step: &Node) {
    for (word, what, fix) in [
        (
            "at_most",
            "this does not say how often a record may be reassigned",
            "add for example `at_most: 2`",
        ),
        (
            "finally",
            "this does not say who gets the record when everybody has let it run out",
            "add for example `finally: ask manager`",
        ),
    ] {
        if step.get(word).is_none() {
            let span = reassign.span;
            problems.at(
                &CHECK,
                ModelFile::Processes,
                span,
                what.to_owned(),
                fix.to_owned(),
            );
        }
    }
}

fn no_pool(problems: &mut Problems<'_>, reassign: &Node, record: &str) {
    let what = format!(
        "no routing rule gives {record} records to a pool, so there is no other member to give one to"
    );
    let fix = format!(
        "write `tell: manager` in its place, or a routing rule for `{record}` with `to: pool …`"
    );
    problems.at(&CHECK, ModelFile::Processes, reassign.span, what, fix);
}

fn stray(problems: &mut Problems<'_>, step: &Node) {
    for word in ["at_most", "finally"] {
        if let Some(value) = step.get(word) {
            let what = format!("`{word}` stands here without `reassign`, so it says nothing");
            let fix = format!("add `reassign: same_pool`, or remove `{word}`");
            problems.at(&CHECK, ModelFile::Processes, value.span, what, fix);
        }
    }
}

/// Whether a pool gives such records: by a rule, or as the last of a queue.
fn has_pool(reading: &Reading<'_>, record: &str) -> bool {
    let section = |file, word| reading.trees.get(&file)?.get(word);
    let queues = section(ModelFile::People, "queues");
    let gives = |to: &str| match to.strip_prefix("queue ") {
        Some(queue) => queues
            .and_then(|queues| queues.get(queue.trim())?.text_of("finally"))
            .is_some_and(|last| last.starts_with("pool ")),
        None => to.starts_with("pool "),
    };
    let rules = section(ModelFile::Processes, "routing").and_then(|rules| rules.get(record));
    let mut rules = rules.into_iter().flat_map(Node::items);
    rules.any(|rule| rule.text_of("to").is_some_and(gives))
}
