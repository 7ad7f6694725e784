//! Every stage that does not close the journey can be left, and from it a stage that closes can be
//! reached. Else records pile up that nobody can ever finish.

use std::collections::BTreeSet;

use super::{proving::Proving, unreached_stage::reached, witness::a};
use crate::{
    checks::check::{Check, Problems, nothing},
    fixes::nearest::listed,
    problems::problem::ProblemSeverity,
};
use model::{Lifecycle, Stage};

pub(crate) static CHECK: Check = Check {
    name: "stuck-stage",
    about: "From every stage a stage that closes can be reached.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for lifecycle in proving.model.lifecycles.values() {
        let record = a(lifecycle.record);
        let closing = lifecycle.stages.iter().filter(|stage| stage.closes);
        let closing: BTreeSet<&str> = closing.map(|stage| stage.name.as_str()).collect();
        if closing.is_empty() {
            let what = format!("no stage closes the journey of {record}, so none ever ends");
            let fix = "write `closes: yes` in the stages where it ends".to_owned();
            proving.report(problems, &CHECK, lifecycle.place, what, fix);
            continue;
        }
        for stage in lifecycle
            .stages
            .iter()
            .filter(|stage| stuck(lifecycle, stage, &closing))
        {
            let name = &stage.name;
            let what = if stage.may_move_to.is_empty() {
                format!("{record} that is in `{name}` can never leave it, and it does not close")
            } else {
                format!(
                    "{record} that is in `{name}` can move on, but never to a stage that closes"
                )
            };
            let ends = listed(closing.iter().copied());
            let fix = format!(
                "let it move on with `may_move_to` to a stage that closes or leads to one ({ends}), or write `closes: yes`"
            );
            proving.report(problems, &CHECK, stage.place, what, fix);
        }
    }
}

fn stuck(lifecycle: &Lifecycle, stage: &Stage, closing: &BTreeSet<&str>) -> bool {
    reached(lifecycle, &[&stage.name], &BTreeSet::new()).is_disjoint(closing)
}

/// Whether no stage that closes can be reached from a stage.
pub(super) fn is_stuck(lifecycle: &Lifecycle, stage: &Stage) -> bool {
    let closing = lifecycle.stages.iter().filter(|stage| stage.closes);
    let closing: BTreeSet<&str> = closing.map(|stage| stage.name.as_str()).collect();
    stuck(lifecycle, stage, &closing)
}
