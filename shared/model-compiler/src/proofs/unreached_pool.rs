//! Some rule gives records to every pool. Its members are then reached too: every weight is at
//! least 1, and every calendar has hours.

use super::proving::Proving;
use crate::{
    checks::check::{Check, Problems, nothing},
    fixes::nearest::listed,
    problems::problem::ProblemSeverity,
};
use model::Destination;

pub(crate) static CHECK: Check = Check {
    name: "unreached-pool",
    about: "Some routing rule gives records to every pool.",
    severity: ProblemSeverity::Error,
    run: nothing,
};

pub(super) fn run(proving: &Proving<'_>, problems: &mut Problems<'_>) {
    for (name, pool) in &proving.model.pools {
        let gives = |to: &Destination| matches!(to, Destination::Pool(to) if to == name);
        let mut rules = proving.model.routing.values().flatten();
        let mut queues = proving.model.queues.values();
        if rules.any(|rule| gives(&rule.to)) || queues.any(|queue| gives(&queue.finally)) {
            continue;
        }
        let members = listed(pool.weights.keys().map(crm::PersonId::as_str));
        let what = format!(
            "no rule gives anything to the pool `{name}`, so nothing reaches {members} through it"
        );
        let fix = format!("write `to: pool {name}` in a routing rule, or remove the pool");
        proving.report(problems, &CHECK, pool.place, what, fix);
    }
}
