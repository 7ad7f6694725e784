//! Every stage can be reached: by allowed moves from the first one, or from a stage to which a
//! routing rule moves records.

use std::collections::BTreeSet;

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    fixes::nearest::listed,
    problems::problem::ProblemSeverity,
};
use model::{Lifecycle, OperatingModel, Stage};

pub(crate) static CHECK: Check = Check {
    name: "unreached-stage",
    about: "Every stage can be reached from the first one.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for lifecycle in proving.model.lifecycles.values() {
        let starts = starts(proving.model, lifecycle);
        let reached = reached(lifecycle, &starts, &BTreeSet::new());
        for stage in first_of_lost(lifecycle, &reached) {
            let what = format!(
                "no {} can reach the stage `{}`: no way of allowed moves leads to it from `{}`",
                lifecycle.record.word(),
                stage.name,
                starts.first().unwrap_or(&"the first stage"),
            );
            let open = lifecycle.stages.iter().filter(|stage| !stage.closes);
            let open = open.map(|stage| stage.name.as_str());
            let from = listed(open.filter(|name| reached.contains(name)));
            let fix = format!("add it to `may_move_to` of {from}, or remove it");
            proving.report(problems, &CHECK, stage.place, what, fix);
        }
    }
}

/// Of the stages that are not reached, those whose being reached would lead to all the others.
fn first_of_lost<'m>(lifecycle: &'m Lifecycle, reached_ones: &BTreeSet<&str>) -> Vec<&'m Stage> {
    let mut found: Vec<&Stage> = Vec::new();
    let mut led_to = BTreeSet::new();
    let lost = lifecycle.stages.iter();
    for stage in lost.filter(|stage| !reached_ones.contains(stage.name.as_str())) {
        if led_to.contains(stage.name.as_str()) {
            continue;
        }
        let leads_to = reached(lifecycle, &[stage.name.as_str()], &BTreeSet::new());
        found.retain(|earlier| !leads_to.contains(earlier.name.as_str()));
        found.push(stage);
        led_to.extend(leads_to);
    }
    found
}

/// The stages at which a record is without a move: the first, and those routing moves it to.
pub(super) fn starts<'m>(model: &'m OperatingModel, lifecycle: &'m Lifecycle) -> Vec<&'m str> {
    let first = lifecycle.stages.first().map(|stage| stage.name.as_str());
    let rules = model.routing.get(&lifecycle.record).into_iter().flatten();
    let moved = rules.filter_map(|rule| rule.move_to.as_deref());
    first.into_iter().chain(moved).collect()
}

/// The stages that records reach from `starts` without entering one of `shut`.
pub(super) fn reached<'m>(
    lifecycle: &'m Lifecycle,
    starts: &[&'m str],
    shut: &BTreeSet<&str>,
) -> BTreeSet<&'m str> {
    let mut reached = BTreeSet::new();
    let mut rest = starts.to_vec();
    while let Some(name) = rest.pop() {
        if shut.contains(name) || !reached.insert(name) {
            continue;
        }
        let stage = lifecycle.stage(name).into_iter();
        rest.extend(
            stage
                .flat_map(|stage| &stage.may_move_to)
                .map(String::as_str),
        );
    }
    reached
}
