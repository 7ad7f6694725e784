//! Where a field says how the CRM spells the stages of a lifecycle, it says so of each. A stage
//! that is left out is taken to be spelt in the CRM as it is here, which is seldom so: records at
//! it are then at no stage that is known, and moves to it cannot be written.

use super::check::{Check, Problems, Reading};
use crate::{grammar::Names, problems::problem::ProblemSeverity, yaml::node::Node};
use model::ModelFile;

pub(super) static CHECK: Check = Check {
    name: "unmapped-stage",
    about: "Where the CRM's spellings of stages are given, every stage has one.",
    severity: ProblemSeverity::Warning,
    run,
};

fn run(reading: &Reading<'_>, problems: &mut Problems<'_>) {
    let Some(root) = reading.trees.get(&ModelFile::Technology) else {
        return;
    };
    let sources = root.get("sources").into_iter().flat_map(Node::entries);
    let sources: Vec<&str> = sources.map(|(name, ..)| name).collect();
    for (kind, _, fields) in root.get("records").into_iter().flat_map(Node::entries) {
        let stages = kind
            .parse()
            .ok()
            .and_then(|kind| reading.known.names(Names::Stage, Some(kind)));
        for (_, _, field) in fields.entries() {
            let source = sources.iter().find(|source| field.get(source).is_some());
            let is_stage = field.text_of("type") == Some("stage");
            let values = field.entries().find(|(word, ..)| *word == "values");
            let (Some((_, key, values)), Some(source), true) = (values, source, is_stage) else {
                continue;
            };
            let written = |stage: &str| {
                let mut ours = values.entries();
                ours.any(|(_, _, ours)| ours.text() == Some(stage))
            };
            for stage in stages.unwrap_or_default().iter().filter(|it| !written(it)) {
                let what = format!(
                    "no spelling of {source} stands for the stage `{stage}`: unless {source} itself calls it `{stage}`, it can be neither read nor written"
                );
                let fix = format!(
                    "add the name that {source} has for it, `…: {stage}`; if that is the same, `{stage}: {stage}`"
                );
                problems.at(&CHECK, ModelFile::Technology, key.span, what, fix);
            }
        }
    }
}
