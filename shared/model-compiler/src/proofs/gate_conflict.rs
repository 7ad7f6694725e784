//! A record can meet all criteria of a gate at once, and no gate demands what an earlier gate on
//! every way to it forbids. What changes by itself, such as the age of a record, may differ from
//! gate to gate; everything else is taken to stay as the earlier gate demanded it.

use std::collections::BTreeSet;

use super::{
    circuit::Literal,
    encoder::Encoder,
    needs::Needs,
    proving::Proving,
    solver::{Batsat, Solver, fewest, solver_of},
    unreached_stage::{reached, starts},
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{Criterion, Lifecycle, Stage};

pub(crate) static CHECK: Check = Check {
    name: "gate-conflict",
    about: "No gate demands what it forbids itself, or what an earlier gate forbids.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// The criteria of the gates of a lifecycle, one literal for each.
struct Gates<'m> {
    lifecycle: &'m Lifecycle,
    criteria: Vec<Vec<Literal>>,
    solver: Batsat,
}

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for lifecycle in proving.model.lifecycles.values() {
        let mut gates = Gates::of(proving, lifecycle);
        let starts = starts(proving.model, lifecycle);
        let mut impossible = BTreeSet::new();
        for (index, stage) in lifecycle.stages.iter().enumerate() {
            let own = gates.of_stage(index);
            if !gates.solver.solve(&own) {
                impossible.insert(index);
                let needed = fewest(&mut gates.solver, &[], own);
                itself(proving, problems, stage, &gates.named(index, &needed));
            }
        }
        let reachable = reached(lifecycle, &starts, &BTreeSet::new());
        for (index, stage) in lifecycle.stages.iter().enumerate() {
            let known = impossible.contains(&index) || !reachable.contains(stage.name.as_str());
            if known || stage.enter.is_empty() {
                continue;
            }
            let against = gates.against(index, &impossible);
            let shut: BTreeSet<&str> = against.iter().map(|it| it.name.as_str()).collect();
            if !shut.is_empty() && !reached(lifecycle, &starts, &shut).contains(stage.name.as_str())
            {
                gates.earlier(proving, problems, index, &against);
            }
        }
    }
}

fn itself(
    proving: &Proving<'_>,
    problems: &mut Problems<'_>,
    stage: &Stage,
    at_odds: &[&Criterion],
) {
    let names: Vec<String> = at_odds.iter().map(|it| format!("`{}`", it.name)).collect();
    let (what, fix) = match names.split_last() {
        Some((last, before)) if !before.is_empty() => (
            format!(
                "nothing can enter `{}`: its criteria {} and {last} exclude each other",
                stage.name,
                before.join(", ")
            ),
            "change or remove one of them",
        ),
        _ => (
            format!(
                "nothing can enter `{}`: its criterion {} can never be met",
                stage.name,
                names.concat()
            ),
            "change or remove it",
        ),
    };
    let place = at_odds.last().map_or(stage.place, |it| it.place);
    proving.report(problems, &CHECK, place, what, fix.to_owned());
}

impl<'m> Gates<'m> {
    fn of(proving: &Proving<'m>, lifecycle: &'m Lifecycle) -> Self {
        let mut needs = Needs::new(proving.model, lifecycle.record);
        // Each gate is a moment of its own.
        let stages = || lifecycle.stages.iter().enumerate();
        for (moment, stage) in stages() {
            for criterion in &stage.enter {
                needs.gather(moment, &criterion.when);
            }
        }
        let mut encoder = Encoder::new(proving.model, lifecycle.record, needs);
        let criteria = stages().map(|(moment, stage)| {
            let held = |it: &Criterion| encoder.held(moment, &it.when);
            stage.enter.iter().map(held).collect()
        });
        let criteria = criteria.collect();
        let solver = solver_of(&encoder.circuit);
        Self {
            lifecycle,
            criteria,
            solver,
        }
    }

    fn of_stage(&self, index: usize) -> Vec<Literal> {
        self.criteria.get(index).cloned().unwrap_or_default()
    }

    /// The criteria of a stage that these literals stand for.
    fn named(&self, index: usize, literals: &[Literal]) -> Vec<&'m Criterion> {
        let stage = self.lifecycle.stages.get(index).into_iter();
        let criteria = stage
            .flat_map(|stage| &stage.enter)
            .zip(self.of_stage(index));
        let named = criteria.filter(|(_, literal)| literals.contains(literal));
        named.map(|(criterion, _)| criterion).collect()
    }

    /// The stages whose gates, each by itself, forbid what this one demands.
    fn against(&mut self, index: usize, impossible: &BTreeSet<usize>) -> Vec<&'m Stage> {
        let own = self.of_stage(index);
        let others = self.lifecycle.stages.iter().enumerate();
        let others = others.filter(|(other, _)| *other != index && !impossible.contains(other));
        let against = others.filter(|(other, _)| {
            let mut both = own.clone();
            both.extend(self.criteria.get(*other).into_iter().flatten());
            !self.solver.solve(&both)
        });
        against.map(|(_, stage)| stage).collect()
    }

    fn earlier(
        &mut self,
        proving: &Proving<'_>,
        problems: &mut Problems<'_>,
        index: usize,
        against: &[&Stage],
    ) {
        let Some(stage) = self.lifecycle.stages.get(index) else {
            return;
        };
        let mut place = stage.place;
        let mut demands = Vec::new();
        for other in against {
            let at = self
                .lifecycle
                .stages
                .iter()
                .position(|it| it.name == other.name);
            let Some(at) = at else { continue };
            let mut both = self.of_stage(at);
            both.extend(self.of_stage(index));
            let needed = fewest(&mut self.solver, &[], both);
            for criterion in self.named(at, &needed) {
                demands.push(format!(
                    "`{}` of `{}` ({})",
                    criterion.name, other.name, criterion.place
                ));
            }
            if let Some(own) = self.named(index, &needed).last() {
                place = own.place;
            }
        }
        let what = format!(
            "nothing can enter `{}`: on every way to it an earlier gate forbids what it demands: {}",
            stage.name,
            demands.join("; ")
        );
        let fix =
            "change or remove one of them, or let records move there by another way".to_owned();
        proving.report(problems, &CHECK, place, what, fix);
    }
}
