use contracts::state::RunPolicy;
use model::{ClockTerms, Condition};

use crate::rules::Rules;

/// How a run that starts now will behave.
pub(super) fn policy(rules: &Rules, terms: &ClockTerms) -> RunPolicy {
    let pause = terms.pause.as_ref();
    RunPolicy {
        start: terms.start.clone(),
        met_upon: terms.meet.upon,
        pause: pause.map(|pause| with_named_inlined(rules, pause)),
        owner_changes: terms.owner_changes,
        reopen: terms.reopen,
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
