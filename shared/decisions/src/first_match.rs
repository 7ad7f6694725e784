use contracts::{Finding, Verdict};
use model::{Entry, FirstMatch, When};

use crate::{condition::evaluate, facts::Facts};

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
