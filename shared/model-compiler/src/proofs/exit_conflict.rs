//! A record can meet all that a stage demands before it is left, together with what each stage demands
//! to which it goes from there: at a move both ask at once. What a stage demanded when it was entered
//! binds nobody: what is done in a stage changes what was so at its beginning.

use super::{
    circuit::Literal,
    encoder::Encoder,
    needs::Needs,
    proving::Proving,
    solver::{Solver, fewest, solver_of},
};
use crate::{
    checks::check::{Check, Problems, nothing},
    problems::problem::ProblemSeverity,
};
use model::{Criterion, Lifecycle, Stage};

pub(crate) static CHECK: Check = Check {
    name: "exit-conflict",
    about: "What a stage demands before it is left can be met, also with what the next one demands.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

/// Both stages ask at one moment.
const AT_THE_MOVE: usize = 0;

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for lifecycle in proving.model.lifecycles.values() {
        let stages = lifecycle.stages.iter();
        for stage in stages.filter(|stage| !stage.leave.criteria.is_empty()) {
            of_stage(proving, problems, lifecycle, stage);
        }
    }
}

fn of_stage(
    proving: &Proving<'_>,
    problems: &mut Problems<'_>,
    lifecycle: &Lifecycle,
    stage: &Stage,
) {
    let name = &stage.name;
    let place = stage
        .leave
        .criteria
        .last()
        .map_or(stage.place, |it| it.place);
    let fix = || "change or remove one of them".to_owned();
    if let Some(names) = conflict(proving, lifecycle, stage, &[]) {
        let what =
            format!("nothing can go on from `{name}`: what it demands can never be met: {names}");
        return proving.report(problems, &CHECK, place, what, fix());
    }
    for to in &stage.may_move_to {
        let asked = !lifecycle.exit_criteria(name, to).is_empty();
        let Some(next) = lifecycle.stage(to).filter(|_| asked) else {
            continue;
        };
        if let Some(names) = conflict(proving, lifecycle, stage, &next.enter) {
            let what = format!(
                "nothing can go from `{name}` to `{to}`: what the one demands before it is left and the other before it is entered exclude each other: {names}"
            );
            proving.report(problems, &CHECK, place, what, fix());
        }
    }
}

/// The criteria that exclude each other, of those for leaving a stage and these of the next; none if some
/// record meets them all. What the next one's exclude by themselves is the mistake of another check.
fn conflict(
    proving: &Proving<'_>,
    lifecycle: &Lifecycle,
    stage: &Stage,
    next: &[Criterion],
) -> Option<String> {
    let mut needs = Needs::new(proving.model, lifecycle.record);
    let all = || next.iter().chain(&stage.leave.criteria);
    for criterion in all() {
        needs.gather(AT_THE_MOVE, &criterion.when);
    }
    let mut encoder = Encoder::new(proving.model, lifecycle.record, needs);
    let mut held = |it: &Criterion| encoder.held(AT_THE_MOVE, &it.when);
    let literals: Vec<Literal> = all().map(&mut held).collect();
    let of_next: Vec<Literal> = literals.iter().take(next.len()).copied().collect();
    let mut solver = solver_of(&encoder.circuit);
    if solver.solve(&literals) || !solver.solve(&of_next) {
        return None;
    }
    let needed = fewest(&mut solver, &[], literals.clone());
    let named = all().zip(&literals).filter(|(_, it)| needed.contains(it));
    let named: Vec<String> = named
        .map(|(criterion, _)| format!("`{}` ({})", criterion.name, criterion.place))
        .collect();
    Some(named.join(", "))
}
