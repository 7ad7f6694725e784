mod test;

use contracts::{Finding, Verdict};
use model::Condition;

use crate::{
    facts::Facts,
    verdict::{all_held, not},
};

pub(crate) use model::wording::length;
pub(crate) use test::{instant_of, limit_of, wall};

/// What came of a condition, and the tests that made it so.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// What came of it.
    pub verdict: Verdict,
    /// For a condition that holds: the tests that held. Else: those that spoke against it, or that
    /// could not be known.
    pub findings: Vec<Finding>,
}

/// Evaluates a condition in Kleene's three-valued logic: a test on a field without a value is
/// unknown, and unknown survives negation.
pub fn evaluate(condition: &Condition, facts: &Facts<'_>) -> Evaluation {
    match condition {
        Condition::All(parts) => all(parts, facts),
        Condition::Any(parts) => any(parts, facts),
        Condition::None(parts) => {
            let mut evaluation = any(parts, facts);
            evaluation.verdict = not(evaluation.verdict);
            evaluation
        }
        Condition::Is(name, _) => match facts.rules.model.conditions.get(name) {
            Some(condition) => evaluate(condition, facts),
            // The checker lets no unknown name pass.
            None => Evaluation {
                verdict: Verdict::Unknown,
                findings: Vec::new(),
            },
        },
        Condition::Test(test) => {
            let finding = test::judge(test, facts);
            Evaluation {
                verdict: finding.verdict,
                findings: vec![finding],
            }
        }
    }
}

/// What comes of a condition, as [`evaluate`] says it, without the tests that made it so.
#[must_use]
pub fn verdict(condition: &Condition, facts: &Facts<'_>) -> Verdict {
    let all = |parts: &[Condition]| all_held(parts.iter().map(|part| verdict(part, facts)));
    let none = |parts: &[Condition]| all_held(parts.iter().map(|part| not(verdict(part, facts))));
    match condition {
        Condition::All(parts) => all(parts),
        Condition::Any(parts) => not(none(parts)),
        Condition::None(parts) => none(parts),
        Condition::Is(name, _) => {
            let named = facts.rules.model.conditions.get(name);
            named.map_or(Verdict::Unknown, |condition| verdict(condition, facts))
        }
        Condition::Test(test) => test::verdict(test, facts),
    }
}

fn all(parts: &[Condition], facts: &Facts<'_>) -> Evaluation {
    let evaluations: Vec<_> = parts.iter().map(|part| evaluate(part, facts)).collect();
    let verdict = all_held(evaluations.iter().map(|part| part.verdict));
    keep(evaluations, verdict)
}

/// At least one holds: the dual of `all`.
fn any(parts: &[Condition], facts: &Facts<'_>) -> Evaluation {
    let evaluations: Vec<_> = parts.iter().map(|part| evaluate(part, facts)).collect();
    let none_held = all_held(evaluations.iter().map(|part| not(part.verdict)));
    keep(evaluations, not(none_held))
}

fn keep(evaluations: Vec<Evaluation>, verdict: Verdict) -> Evaluation {
    let findings = evaluations
        .into_iter()
        .filter(|part| part.verdict == verdict)
        .flat_map(|part| part.findings)
        .collect();
    Evaluation { verdict, findings }
}
