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
            let root = reading.trees.get(&ModelFile::People);
            if !tests().any(|node| node.text() == Some(test)) && !may_be_gone(root, pool) {
                problems.at(
                    &CHECK,
                    ModelFile::People,
                    fallback.span,
                    format!(
                        "this never applies, since `eligible` does not ask for `{test}`, and no member \
                         starts or leaves"
                    ),
                    format!("add `{test}` to `eligible`, or remove `{word}`"),
                );
            }
        }
    }
}

/// Whether a member of a pool has a day on which they start or leave: then nobody may be there, whatever
/// the pool asks for.
fn may_be_gone(root: Option<&Node>, pool: &Node) -> bool {
    let people = root.and_then(|root| root.get("people"));
    let mut members = pool.get("weights").into_iter().flat_map(Node::entries);
    members.any(|(member, ..)| {
        let person = people.and_then(|people| people.get(member));
        person.is_some_and(|it| it.get("starts").is_some() || it.get("left").is_some())
    })
}
