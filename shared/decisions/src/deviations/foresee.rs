use jiff::{SignedDuration, Timestamp};
use operating_model::{Condition, Operator, Test};

use crate::{
    condition::{instant_of, limit_of, wall},
    facts::{Facts, Looked},
};

/// The next instant, after now, at which a test of time in this condition comes out differently
/// though nothing on the record changes; none if there is none.
pub(super) fn changes_after(condition: &Condition, facts: &Facts<'_>) -> Option<Timestamp> {
    match condition {
        Condition::All(parts) | Condition::Any(parts) | Condition::None(parts) => {
            let changes = parts.iter().filter_map(|part| changes_after(part, facts));
            changes.min()
        }
        Condition::Is(name, _) => changes_after(facts.rules.model.conditions.get(name)?, facts),
        Condition::Test(test) => test_changes(test, facts),
    }
}

fn test_changes(test: &Test, facts: &Facts<'_>) -> Option<Timestamp> {
    // A test of "longer than" turns a moment after the limit, which belongs to the shorter side.
    let just_after = SignedDuration::from_millis(1);
    let candidates = match (facts.look(&test.field), &test.operator) {
        (Looked::Value(value), Operator::OlderThan(amount)) => {
            let limit = wall(*amount)?.checked_add(just_after)?;
            vec![instant_of(&value, facts)?.checked_add(limit).ok()?]
        }
        (Looked::Value(value), Operator::Within(amount)) => {
            let at = instant_of(&value, facts)?;
            let limit = wall(*amount)?;
            let from = at.checked_sub(limit).ok()?.checked_add(just_after).ok()?;
            vec![from, at.checked_add(limit).ok()?]
        }
        (Looked::Since(since), Operator::LongerThan(amount)) => {
            let limit = wall(*amount)?.checked_add(just_after)?;
            vec![since.checked_add(limit).ok()?]
        }
        (Looked::Since(since), Operator::Past(limit)) => {
            let limit = limit_of(*limit, facts)?.checked_add(just_after)?;
            vec![since.checked_add(limit).ok()?]
        }
        _ => Vec::new(),
    };
    candidates.into_iter().filter(|at| *at > facts.now).min()
}
