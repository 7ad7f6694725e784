//! A step of a deviation may move the record from wherever the deviation can hold: its stage is one that may
//! follow, and what the two stages demand can be met by a record that deviates so, with what the step sets.

use std::collections::BTreeSet;

use crm::{FieldRef, Value};

use super::{
    circuit::Literal,
    encoder::Encoder,
    needs::Needs,
    proving::Proving,
    solver::{Solver, solver_of},
    stuck_stage::is_stuck,
};
use crate::{
    checks::check::{Check, Problems, nothing},
    fixes::nearest::listed,
    problems::problem::ProblemSeverity,
};
use model::{
    Condition, Criterion, DeviationRule, DeviationStep, Lifecycle, OperatingModel, Operator, Stage,
    Test,
};

pub(crate) static CHECK: Check = Check {
    name: "automatic-move",
    about: "A deviation moves a record only to where it may go from each stage at which it can hold.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// When the step is taken.
const THEN: usize = 0;

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    let model = proving.model;
    for (name, rule) in &model.deviations {
        for step in &rule.steps {
            let to = step.move_to.as_deref();
            let target = to.and_then(|to| model.stage(rule.record, to));
            if let Some((lifecycle, target)) = target {
                let moving = Moving {
                    model,
                    rule,
                    lifecycle,
                    step,
                    target,
                };
                moving.prove(proving, problems, name);
            }
        }
    }
}

struct Moving<'m> {
    model: &'m OperatingModel,
    rule: &'m DeviationRule,
    lifecycle: &'m Lifecycle,
    step: &'m DeviationStep,
    target: &'m Stage,
}

impl Moving<'_> {
    fn prove(&self, proving: &Proving<'_>, problems: &mut Problems<'_>, name: &str) {
        let to = &self.target.name;
        let all = self.model.journeys(self.rule.record);
        let all = all.flat_map(|journey| journey.stages.iter().map(move |it| (journey, it)));
        let open = all.filter(|(_, stage)| !stage.closes && stage.name != *to);
        // What can never be left is a mistake of its own.
        let open = open.filter(|(journey, stage)| !is_stuck(journey, stage));
        let open = open.map(|(_, stage)| stage);
        let (may, may_not): (Vec<&Stage>, Vec<&Stage>) = open
            .filter(|stage| self.holds(stage, &[]))
            .partition(|stage| stage.may_move_to.contains(to));
        if !may_not.is_empty() {
            let from = listed(may_not.iter().map(|stage| stage.name.as_str()));
            let what = format!(
                "`{name}` can hold at {from}, from which no record may move to `{to}`, so the step would fail there"
            );
            let fix = format!(
                "add `{to}` to `may_move_to` there, or say in `when` at which stages, or on which journey, it is a deviation"
            );
            proving.report(problems, &CHECK, self.step.place, what, fix);
            return;
        }
        let shut = may.into_iter().find(|stage| {
            let asked = self.lifecycle.exit_criteria(&stage.name, to);
            let asked = asked.iter().chain(&self.target.enter);
            let asked: Vec<&Criterion> = asked.filter(|it| !self.leans_on_set(it)).collect();
            !self.holds(stage, &asked)
        });
        if let Some(stage) = shut {
            let what = format!(
                "no record that is `{name}` at `{}` can meet the gate to `{to}`, so the step would fail there",
                stage.name
            );
            let fix = "set what the gate asks for, or move it to another stage".to_owned();
            proving.report(problems, &CHECK, self.step.place, what, fix);
        }
    }

    /// Whether some record deviates so at a stage and meets these criteria.
    fn holds(&self, stage: &Stage, criteria: &[&Criterion]) -> bool {
        let at_stage = Condition::Test(Test {
            field: FieldRef::new(self.rule.record, "stage"),
            operator: Operator::OneOf(vec![Value::Text(stage.name.clone())]),
            place: self.step.place,
        });
        let mut asked: Vec<&Condition> = vec![&self.rule.when, &at_stage];
        asked.extend(criteria.iter().map(|it| &it.when));
        let mut needs = Needs::new(self.model, self.rule.record);
        for condition in &asked {
            needs.gather(THEN, condition);
        }
        let mut encoder = Encoder::new(self.model, self.rule.record, needs);
        let literals = asked.iter().map(|it| encoder.held(THEN, it));
        let literals: Vec<Literal> = literals.collect();
        solver_of(&encoder.circuit).solve(&literals)
    }

    fn leans_on_set(&self, criterion: &Criterion) -> bool {
        let set: BTreeSet<FieldRef> = self
            .step
            .set
            .fields
            .iter()
            .map(|it| FieldRef::new(self.rule.record, &it.name))
            .collect();
        let leans = self.model.condition_leans_on(&criterion.when);
        !leans.is_disjoint(&set)
    }
}
