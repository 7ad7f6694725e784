use contracts::state::RunPolicy;
use model::{Budget, BudgetChanges, ClockTerms, Condition};

use crate::rules::Rules;

/// How a run that starts now will behave.
pub(super) fn policy(rules: &Rules, terms: &ClockTerms) -> RunPolicy {
    let pause = terms.pause.as_ref();
    let table = matches!(terms.within, Budget::By { .. });
    let follows = table && terms.budget_changes != BudgetChanges::Keep;
    RunPolicy {
        start: terms.start.clone(),
        met_upon: terms.meet.upon.clone(),
        pause: pause.map(|pause| with_named_inlined(rules, pause)),
        owner_changes: terms.owner_changes,
        reopen: terms.reopen,
        within: follows.then(|| terms.within.clone()),
        budget_changes: terms.budget_changes,
        // Who hands it over is known by whoever starts it.
        hand_off: None,
    }
}

/// A condition with what its names stand for in this model, so that it says the same under the
/// next.
fn with_named_inlined(rules: &Rules, condition: &Condition) -> Condition {
    let each = |parts: &[Condition]| {
        parts
            .iter()
            .map(|part| with_named_inlined(rules, part))
            .collect()
    };
    match condition {
        Condition::All(parts) => Condition::All(each(parts)),
        Condition::Any(parts) => Condition::Any(each(parts)),
        Condition::None(parts) => Condition::None(each(parts)),
        Condition::Is(name, _) => match rules.model.conditions.get(name) {
            Some(named) => with_named_inlined(rules, named),
            None => condition.clone(),
        },
        Condition::Test(_) => condition.clone(),
    }
}
