//! Where a field says how the CRM spells the stages of a lifecycle, it says so of each. A stage
//! that is left out is taken to be written in the CRM as here, which is seldom so: records at
//! it are then at no stage that is known, and moves to it cannot be written.

use super::check::{Check, Problems, Reading};
use crate::{problems::problem::ProblemSeverity, yaml::node::Node};
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
    for (kind, _, fields) in root.get("records").into_iter().flat_map(Node::entries) {
        let Ok(kind) = kind.parse() else { continue };
        let sources = reading.sources_of(kind);
        let stages = reading.known.stages(kind);
        for (_, _, field) in fields.entries() {
            let is_stage = field.text_of("type") == Some("stage");
            let values = field.entries().find(|(word, ..)| *word == "values");
            let (Some((_, key, values)), true) = (values, is_stage) else {
                continue;
            };
            let written = |stage: &str| {
                let mut ours = values.entries();
                let named = |ours: &str| {
                    // Where two journeys have a stage of one name, the pipeline says which is meant.
                    let of_journey = stage.strip_suffix(ours).is_some_and(|it| it.ends_with('.'));
                    reading.known.stage(kind, ours) == stage || of_journey
                };
                ours.any(|(_, _, ours)| ours.text().is_some_and(named))
            };
            for source in sources.iter().filter(|source| field.get(source).is_some()) {
                for stage in stages.iter().filter(|stage| !written(stage)) {
                    report(problems, key, source, stage);
                }
            }
        }
    }
}

fn report(problems: &mut Problems<'_>, values: &Node, source: &str, stage: &str) {
    let what = format!(
        "no spelling of {source} stands for the stage `{stage}`: unless {source} itself calls it `{stage}`, it can be neither read nor written"
    );
    let fix = format!(
        "add the name that {source} has for it, `…: {stage}`; if that is the same, `{stage}: {stage}`"
    );
    problems.at(&CHECK, ModelFile::Technology, values.span, what, fix);
}
