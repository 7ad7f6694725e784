//! No record is on two journeys: their conditions exclude each other. And what says which journey a record is on
//! hangs on nothing that the journey decides.

use std::collections::BTreeSet;

use crm::{FieldRef, Value};

use super::{
    encoder::Encoder,
    needs::Needs,
    proving::Proving,
    solver::{Solver, solver_of},
    witness::a,
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{Condition, Lifecycle, Operator, PIPELINE, Test, Which};

pub(crate) static CHECK: Check = Check {
    name: "journey-overlap",
    about: "No record is on two journeys.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// What a journey decides of a record.
const DECIDED: [&str; 5] = [
    "stage",
    "journey",
    "open",
    "time_in_stage",
    "stage_criteria",
];

/// When it is told.
const NOW: usize = 0;

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    let mut sound: Vec<(&Lifecycle, Condition)> = Vec::new();
    for journey in proving.model.lifecycles.values() {
        let Some(condition) = condition(journey) else {
            continue;
        };
        if let Some(field) = decided(proving, journey, &condition) {
            let what = format!(
                "which records are on `{}` hangs on `{field}`, which only the journey decides",
                journey.name
            );
            let fix = "ask for fields that the CRM fills".to_owned();
            proving.report(problems, &CHECK, journey.place, what, fix);
            continue;
        }
        for (other, its) in sound.iter().filter(|(it, _)| it.record == journey.record) {
            // Of two of one pipeline another check speaks.
            let by_pipeline = |it: &Lifecycle| matches!(it.which, Which::Pipeline(_));
            let both = by_pipeline(journey) && by_pipeline(other);
            if !both && may_both_hold(proving, journey, [its, &condition]) {
                let what = format!(
                    "{} can be on `{}` and on `{}` ({}) at once",
                    a(journey.record),
                    journey.name,
                    other.name,
                    other.place,
                );
                let fix = "let one condition exclude the other, as in `none: [ … ]`".to_owned();
                proving.report(problems, &CHECK, journey.place, what, fix);
            }
        }
        sound.push((journey, condition));
    }
}

/// What holds of the records on a journey; none if all of the kind are on it.
fn condition(journey: &Lifecycle) -> Option<Condition> {
    match &journey.which {
        Which::All => None,
        Which::When(condition) => Some(condition.clone()),
        Which::Pipeline(pipeline) => Some(Condition::Test(Test {
            field: FieldRef::new(journey.record, PIPELINE),
            operator: Operator::OneOf(vec![Value::Text(pipeline.clone())]),
            place: journey.place,
        })),
    }
}

fn decided(proving: &Proving<'_>, journey: &Lifecycle, condition: &Condition) -> Option<FieldRef> {
    let asked: BTreeSet<FieldRef> = proving.model.condition_asks(condition);
    let decided =
        |field: &FieldRef| field.kind == journey.record && DECIDED.contains(&field.name.as_str());
    asked.into_iter().find(decided)
}

fn may_both_hold(proving: &Proving<'_>, journey: &Lifecycle, both: [&Condition; 2]) -> bool {
    let mut needs = Needs::new(proving.model, journey.record);
    for condition in both {
        needs.gather(NOW, condition);
    }
    let mut encoder = Encoder::new(proving.model, journey.record, needs);
    let literals = both.map(|it| encoder.held(NOW, it));
    solver_of(&encoder.circuit).solve(&literals)
}
