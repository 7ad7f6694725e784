//! Conditions, and what is decided by conditions alone: lists of which the first match wins, and
//! the criteria of a lifecycle.

mod test;

use contracts::{Finding, Found, Verdict};
use jiff::Timestamp;
use model::{Condition, Entry, FirstMatch, Limit, Operator, Stage, Test, When, wording::needed};

use crate::{
    amounts::{amount_of, used_up},
    facts::{Facts, FieldValue},
    look::{look, segment},
    verdict::{all_held, held_if, not},
};

pub(crate) use model::wording::length;
pub(crate) use test::{begin_of, instant_of, wall};

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
            let finding = judge(test, facts);
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
        Condition::Test(test) => test_verdict(test, facts),
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

/// Puts one field to one test.
fn judge(test: &Test, facts: &Facts<'_>) -> Finding {
    if let Operator::CriteriaMet(wanted) = test.operator {
        return judge_criteria(test, wanted, facts);
    }
    let value_found = look(facts, &test.field);
    Finding {
        field: test.field.to_string(),
        found: test::found(test, &value_found, facts),
        needed: needed(&test.operator),
        verdict: judge_field(&test.operator, &value_found, facts),
        place: Some(test.place),
    }
}

/// What comes of a test, without what was found.
fn test_verdict(test: &Test, facts: &Facts<'_>) -> Verdict {
    if let Operator::CriteriaMet(wanted) = test.operator {
        return criteria_met(criteria_so_far(facts).as_ref(), wanted);
    }
    judge_field(&test.operator, &look(facts, &test.field), facts)
}

/// What comes of a test of what a field holds.
pub(crate) fn judge_field(
    operator: &Operator,
    value_found: &FieldValue<'_>,
    facts: &Facts<'_>,
) -> Verdict {
    match (operator, value_found) {
        (Operator::Past(limit), FieldValue::Since(since)) => {
            let reached = limit_reached(*limit, *since, facts);
            reached.map_or(Verdict::Unknown, |reached| held_if(facts.now > reached))
        }
        _ => test::judge(operator, value_found, facts),
    }
}

/// When a limit that the lifecycle sets for this record is reached, of what counts from an instant; it is past
/// after that.
pub(crate) fn limit_reached(
    limit: Limit,
    since: Timestamp,
    facts: &Facts<'_>,
) -> Option<Timestamp> {
    let (amount, calendar) = match limit {
        Limit::Corridor => {
            let corridor = facts.lifecycle()?.corridor.get(segment(facts)?)?;
            (*corridor, None)
        }
        Limit::Stay => {
            let (kind, stage) = (facts.record.id.kind, facts.rightful_stage()?);
            let stay = &facts.model().stage(kind, stage)?.1.stay;
            let (amount, _) = amount_of(stay.at_most.as_ref()?, facts).ok()?;
            (amount, stay.calendar.as_deref())
        }
    };
    used_up(facts.rules, amount, calendar, since)
}

fn judge_criteria(test: &Test, wanted: bool, facts: &Facts<'_>) -> Finding {
    let found = criteria_so_far(facts);
    let verdict = criteria_met(found.as_ref(), wanted);
    Finding {
        field: test.field.to_string(),
        found: match found {
            None => Found::NoValue,
            Some(found) => Found::Value(found.words()),
        },
        needed: needed(&test.operator),
        verdict,
        place: Some(test.place),
    }
}

/// What came of the criteria of a record's stage, and of those before it.
struct CriteriaSoFar {
    verdict: Verdict,
    /// The names of those that are not met.
    unmet: Vec<String>,
    /// The names of those that count as met by an exception.
    excepted: Vec<String>,
}

impl CriteriaSoFar {
    fn words(&self) -> String {
        let found = match self.unmet.as_slice() {
            [] => "all met".to_owned(),
            unmet => format!("not met: {}", unmet.join(", ")),
        };
        match self.excepted.as_slice() {
            [] => found,
            excepted => format!("{found}; by exception: {}", excepted.join(", ")),
        }
    }
}

/// Whether the criteria are met as wanted: a criterion that cannot be known is not met; but of what stands at no
/// stage of the model, nothing is known.
fn criteria_met(found: Option<&CriteriaSoFar>, wanted: bool) -> Verdict {
    found.map_or(Verdict::Unknown, |found| {
        held_if((found.verdict == Verdict::Held) == wanted)
    })
}

/// Whether the entry criteria of the record's stage, and of every stage before it in the order of
/// the lifecycle, are met now; and the names of those that are not. A stage that closes is reached
/// in its own way: of those before, only the stages that stay open count. None of what is not judged.
fn criteria_so_far(facts: &Facts<'_>) -> Option<CriteriaSoFar> {
    let kind = facts.record.id.kind;
    let stage = facts.rightful_stage();
    let known = stage.and_then(|stage| facts.model().stage(kind, stage));
    let (lifecycle, stage) = known.filter(|_| facts.stands().is_judged())?;
    let (mut unmet, mut excepted) = (Vec::new(), Vec::new());
    let mut verdicts = Vec::new();
    let mut weigh = |stage: &Stage| {
        for criterion in &stage.enter {
            let mut verdict = verdict(&criterion.when, facts);
            if verdict != Verdict::Held && facts.excepts(&stage.name, &criterion.name).is_some() {
                excepted.push(criterion.name.clone());
                verdict = Verdict::Held;
            }
            if verdict != Verdict::Held {
                unmet.push(criterion.name.clone());
            }
            verdicts.push(verdict);
        }
    };
    for each in &lifecycle.stages {
        let here = each.name == stage.name;
        if here || !each.closes {
            weigh(each);
        }
        if here {
            break;
        }
    }
    Some(CriteriaSoFar {
        verdict: all_held(verdicts),
        unmet,
        excepted,
    })
}

/// The entry of a first-match list that won.
#[derive(Debug, Clone, PartialEq)]
pub struct Matched<'a> {
    /// What the list says.
    pub name: &'a str,
    /// The entry.
    pub entry: &'a Entry,
    /// What spoke for it; for `unknown`, what could not be known.
    pub findings: Vec<Finding>,
}

/// The entry that wins; none only if the list does not catch everything, which the checker does
/// not let pass.
#[must_use]
pub fn first_match<'a>(list: &'a FirstMatch, facts: &Facts<'a>) -> Option<Matched<'a>> {
    let unknown = list
        .entries
        .iter()
        .find(|entry| matches!(entry.when, When::Unknown));
    for entry in &list.entries {
        let When::Holds(condition) = &entry.when else {
            continue;
        };
        let evaluation = evaluate(condition, facts);
        let winner = match evaluation.verdict {
            Verdict::Held => Some(entry),
            Verdict::Unknown => unknown,
            Verdict::NotHeld => None,
        };
        if let Some(entry) = winner {
            return Some(Matched {
                name: &entry.name,
                entry,
                findings: evaluation.findings,
            });
        }
    }
    let otherwise = list
        .entries
        .iter()
        .find(|entry| matches!(entry.when, When::Otherwise))?;
    Some(Matched {
        name: &otherwise.name,
        entry: otherwise,
        findings: Vec::new(),
    })
}
