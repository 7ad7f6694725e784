//! A pool that asks something of its members says who gets a record when none of them has it, and
//! names nobody for a case that cannot come.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "fallback",
    about: "A pool says who gets a record when no member may.",
    severity: ProblemSeverity::Error,
    run,
};

/// What a member must be, and the word for who gets a record when nobody is.
const FALLBACKS: [(&str, &str); 1] = [("under_capacity", "all_full")];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let root = reading.trees.get(&ModelFile::People);
    let pools = root.and_then(|root| root.get("pools"));
    for (_, _, pool) in pools.into_iter().flat_map(Node::entries) {
        for (asked, fallback) in FALLBACKS {
            let eligible = pool.get("eligible").into_iter().flat_map(Node::items);
            let asks = eligible.into_iter().find(|node| node.text() == Some(asked));
            let says = pool.entries().find(|(word, ..)| *word == fallback);
            let (node, what, fix) = match (asks, says) {
                (Some(node), None) => (
                    node,
                    format!("this pool does not say who gets a record when nobody is `{asked}`"),
                    format!("add for example `{fallback}: ask …` with a person"),
                ),
                (None, Some((_, key, _))) => (
                    key,
                    format!("this never happens: the pool does not ask for `{asked}`"),
                    format!("add `{asked}` to `eligible`, or remove `{fallback}`"),
                ),
                _ => continue,
            };
            problems.at(&CHECK, ModelFile::People, node.span, what, fix);
        }
    }
}
