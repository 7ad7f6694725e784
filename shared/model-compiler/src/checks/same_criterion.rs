//! What a stage needs before a record may enter it, and what it needs before one may leave it, are called differently:
//! criteria are told apart by their stage and their name, and one exception would excuse both.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{grammar::journeys::journeys, problems::problem::ProblemSeverity, yaml::node::Node};
use model::{CARRIED, ModelFile};

pub(super) static CHECK: Check = Check {
    name: "same-criterion",
    about: "No criterion of a stage is called the same under `enter` and under `leave`.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    for journey in journeys(reading.trees) {
        for (stage, _, node) in journey.stages() {
            let criteria = |section: &str| {
                let section = node.get(section).filter(|it| it.is_mapping());
                section.into_iter().flat_map(Node::entries)
            };
            let hand_off = node.get("hand_off");
            let carries = hand_off.and_then(|it| it.get("carries"));
            let entered = criteria("enter").map(|(name, key, _)| (name, key));
            let mut entered: BTreeMap<&str, &Node> = entered.collect();
            entered.extend(carries.map(|it| (CARRIED, it)));
            for (name, key, _) in criteria("leave").filter(|(word, ..)| *word != "unless_to") {
                let Some(first) = entered.get(name) else {
                    continue;
                };
                let what = format!(
                    "`{name}` is needed to enter `{stage}` too (line {}): an exception from `{stage}.{name}` would \
                     excuse both",
                    first.span.line
                );
                let fix = "give it another name, or remove one of them".to_owned();
                problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            }
        }
    }
}
