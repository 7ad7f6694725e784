//! Every response says who answers: by its name, if that is `owner` or `manager`, or with `by`.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "answerer",
    about: "Every response says who answers.",
    severity: ProblemSeverity::Error,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let responses = reading
        .trees
        .get(&ModelFile::Governance)
        .and_then(|root| root.get("responses"));
    for (name, key, response) in responses.into_iter().flat_map(Node::entries) {
        let says = matches!(name, "owner" | "manager");
        match response.entries().find(|(word, ..)| *word == "by") {
            None if !says => {
                let what = format!("the response `{name}` does not say who answers");
                problems.at(
                    &CHECK,
                    ModelFile::Governance,
                    key.span,
                    what,
                    "add for example `by: team revenue_ops` or a person".to_owned(),
                );
            }
            Some((_, by, value)) if says && value.text() != Some(name) => {
                let what = format!(
                    "the response `{name}` is answered by the {name}, so `by` cannot say otherwise"
                );
                problems.at(
                    &CHECK,
                    ModelFile::Governance,
                    by.span,
                    what,
                    "remove `by`, or give the response another name".to_owned(),
                );
            }
            _ => {}
        }
    }
}
