use std::collections::BTreeMap;

use contracts::{Reason, Verdict};
use crm::PersonId;
use operating_model::{Destination, RoutingRule, When};

use crate::{
    condition::{Evaluation, evaluate},
    facts::{Facts, Looked},
    reasons::tested,
};

/// The rule that decides about a record, and how it came to that.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The rule's name; `none` if no rule names anybody.
    pub rule: String,
    /// Whom it names.
    pub chosen: Chosen,
    /// The stage it moves the record to.
    pub move_to: Option<String>,
    /// Every rule that was weighed, in order.
    pub reasons: Vec<Reason>,
    /// The facts that were looked at.
    pub facts: BTreeMap<String, String>,
}

/// Whom a rule names.
#[derive(Debug, Clone, PartialEq)]
pub enum Chosen {
    /// This person.
    Person(PersonId),
    /// The next of this pool.
    Pool(String),
    /// Nobody, on purpose.
    Nobody,
    /// No rule names anybody who is there.
    NoRule,
}

/// Asks the routing rules of the record's kind, in order.
///
/// A rule whose condition is unknown is passed over. So is a rule that names someone who is not
/// there (an account's owner whom the model does not know), since a lead must not be lost to it.
#[must_use]
pub fn choose(facts: &Facts<'_>) -> Choice {
    let kind = facts.record.id.kind;
    let list = facts.rules.model.routing.get(&kind);
    let mut reasons = Vec::new();
    let mut seen = BTreeMap::new();
    for rule in list.into_iter().flatten() {
        let Some(evaluation) = weigh(rule, facts) else {
            continue;
        };
        tested(&evaluation.findings, &mut seen);
        let verdict = evaluation.verdict;
        let mut reason = Reason {
            rule: format!("routing.{kind}.{}", rule.rule),
            place: Some(rule.place),
            verdict,
            findings: evaluation.findings,
            note: None,
        };
        if verdict != Verdict::Held {
            reasons.push(reason);
            continue;
        }
        match destination(&rule.to, facts) {
            Ok(chosen) => {
                reasons.push(reason);
                return Choice {
                    rule: rule.rule.clone(),
                    chosen,
                    move_to: rule.move_to.clone(),
                    reasons,
                    facts: seen,
                };
            }
            Err(why) => {
                reason.note = Some(format!("{why}; the next rule is asked"));
                reasons.push(reason);
            }
        }
    }
    Choice {
        rule: "none".to_owned(),
        chosen: Chosen::NoRule,
        move_to: None,
        reasons,
        facts: seen,
    }
}

fn weigh(rule: &RoutingRule, facts: &Facts<'_>) -> Option<Evaluation> {
    match &rule.when {
        When::Holds(condition) => Some(evaluate(condition, facts)),
        When::Otherwise => Some(Evaluation {
            verdict: Verdict::Held,
            findings: Vec::new(),
        }),
        // Routing lists have no `unknown` entry: an unknown rule is passed over.
        When::Unknown => None,
    }
}

fn destination(to: &Destination, facts: &Facts<'_>) -> Result<Chosen, String> {
    match to {
        Destination::Person(person) => Ok(Chosen::Person(person.clone())),
        Destination::Pool(pool) => Ok(Chosen::Pool(pool.clone())),
        Destination::Nobody => Ok(Chosen::Nobody),
        Destination::Field(field) => {
            let Looked::Value(value) = facts.look(field) else {
                return Err(format!("{field} has no value"));
            };
            match value.person() {
                Some(person) if facts.rules.model.people.contains_key(person) => {
                    Ok(Chosen::Person(person.clone()))
                }
                _ => Err(format!("{field} is nobody whom people.yaml knows")),
            }
        }
    }
}
