//! What a pool does when it has nobody left stands only where that can happen: beside the test of
//! its members that can leave nobody.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unused-fallback",
    about: "What a pool does when it has nobody left stands beside the test that can leave nobody.",
    severity: ProblemSeverity::Error,
    run,
};

/// Each word that says what follows, and the test of members after which it does.
const FALLBACKS: [(&str, &str); 1] = [("all_away", "not_away")];

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let pools = reading
        .trees
        .get(&ModelFile::People)
        .and_then(|root| root.get("pools"));
    for (_, _, pool) in pools.into_iter().flat_map(Node::entries) {
        let tests = || pool.get("eligible").into_iter().flat_map(Node::items);
        for (word, test) in FALLBACKS {
            let Some(fallback) = pool.get(word) else {
                continue;
            };
            if !tests().any(|node| node.text() == Some(test)) {
                problems.at(
                    &CHECK,
                    ModelFile::People,
                    fallback.span,
                    format!("this never applies, since `eligible` does not ask for `{test}`"),
                    format!("add `{test}` to `eligible`, or remove `{word}`"),
                );
            }
        }
    }
}
