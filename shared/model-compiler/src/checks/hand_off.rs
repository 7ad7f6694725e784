//! A hand-off says which team takes over, and what follows if it does not: not the same stage, and
//! not a circle of stages that hand records back to each other.

use std::collections::BTreeMap;

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "hand-off",
    about: "A hand-off goes to a team, and what is not accepted does not go round in circles.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let lifecycles = reading
        .trees
        .get(&ModelFile::Processes)
        .and_then(|root| root.get("lifecycles"));
    for (_, _, lifecycle) in lifecycles.into_iter().flat_map(Node::entries) {
        let stages = || lifecycle.get("stages").into_iter().flat_map(Node::entries);
        let mut leads: BTreeMap<&str, (&str, &Node)> = BTreeMap::new();
        for (name, _, stage) in stages() {
            let Some((_, key, hand_off)) = stage.entries().find(|(word, ..)| *word == "hand_off")
            else {
                continue;
            };
            if hand_off.is_mapping() && hand_off.get("to").is_none() && stage.get("team").is_none()
            {
                let what = format!("this hand-off does not say which team takes over at `{name}`");
                let fix = "add `to: …` with a team, or give the stage a `team`".to_owned();
                problems.at(&CHECK, ModelFile::Processes, key.span, what, fix);
            }
            if let Some(node) = hand_off.get("otherwise")
                && let Some(to) = node.text().filter(|text| !text.starts_with("ask "))
            {
                leads.insert(name, (to, node));
            }
        }
        circles(problems, &leads);
    }
}

/// Where what is not accepted leads back to the stage at which it was not.
fn circles(problems: &mut Problems<'_>, leads: &BTreeMap<&str, (&str, &Node)>) {
    for (&start, (_, node)) in leads {
        let mut way = vec![start];
        let mut at = start;
        while let Some((next, _)) = leads.get(at) {
            at = next;
            if way.contains(&at) {
                break;
            }
            way.push(at);
        }
        // Each circle is reported once, at its first stage by name.
        if at == start && leads.contains_key(at) && way.iter().min() == Some(&start) {
            let what = format!(
                "what nobody accepts goes round in a circle here: {} → {start}",
                way.join(" → ")
            );
            let fix = "let one of them end with `ask` and a person".to_owned();
            problems.at(&CHECK, ModelFile::Processes, node.span, what, fix);
        }
    }
}
