use std::collections::{BTreeMap, BTreeSet};

use contracts::{Reason, Verdict};
use model::{RoutingRule, When};

use crate::{
    behaviour::behind_findings,
    condition::{Evaluation, evaluate},
    facts::Facts,
    index::Standing,
    latest,
    reasons::tested,
};

/// The most rules of a list whose reasons are recorded one by one. Where more were weighed, those
/// that did not hold are only counted, and of those that could not be known only so many are told.
pub const MOST_REASONS: usize = 25;

/// What is recorded of a choice.
pub(super) struct Recorded {
    pub(super) reasons: Vec<Reason>,
    /// The facts that were looked at.
    pub(super) facts: BTreeMap<String, String>,
}

/// What is said of rules beside what they asked.
pub(super) struct Notes {
    /// Why rules that held were passed over: they name somebody who is not there.
    pub(super) passed: BTreeMap<usize, String>,
    /// How the one that decided came to whom it names, if it does not name them itself.
    pub(super) how: Option<(usize, String)>,
}

impl Notes {
    fn of(&self, number: usize) -> Option<String> {
        let passed = self.passed.get(&number);
        let passed = passed.map(|why| format!("{why}; the next rule is asked"));
        let how = self.how.as_ref().filter(|(decided, _)| *decided == number);
        passed.or_else(|| Some(how?.1.clone()))
    }
}

/// Tells of the first so many rules of a list that were `weighed`.
pub(super) fn record_reasons(
    facts: &Facts<'_>,
    list: &[RoutingRule],
    standing: Option<&Standing<'_>>,
    weighed: usize,
    notes: &Notes,
) -> Recorded {
    let mut recorded = Recorded {
        reasons: Vec::new(),
        facts: BTreeMap::new(),
    };
    let mut numbers: BTreeSet<usize> = (0..weighed).collect();
    if weighed > MOST_REASONS {
        let (matter, unknown) = what_matters(standing, weighed, &notes.passed);
        let others = weighed - matter.len();
        recorded
            .reasons
            .extend((others > 0).then(|| left_out(facts, others, unknown)));
        numbers = matter;
    }
    for number in numbers {
        let Some(rule) = list.get(number) else {
            continue;
        };
        let Some(evaluation) = weigh(rule, facts) else {
            continue;
        };
        tested(&evaluation.findings, &mut recorded.facts);
        let note = notes.of(number).into_iter();
        let note = note.chain(behind_findings(facts, &evaluation.findings));
        let note = note.chain(latest::behind_findings(facts, &evaluation.findings));
        let note: Vec<String> = note.collect();
        recorded.reasons.push(Reason {
            rule: format!("routing.{}.{}", facts.record.id.kind, rule.rule),
            place: Some(rule.place),
            verdict: evaluation.verdict,
            findings: evaluation.findings,
            note: (!note.is_empty()).then(|| note.join("; ")),
        });
    }
    recorded
}

/// Of the first `weighed` rules, the one that decided, those that were passed over, and the first of
/// those that could not be known; and how many of the latter are left out.
fn what_matters(
    standing: Option<&Standing<'_>>,
    weighed: usize,
    passed: &BTreeMap<usize, String>,
) -> (BTreeSet<usize>, usize) {
    let mut numbers = BTreeSet::new();
    let (mut held, mut unknown) = (0, 0);
    let mut put = |number: usize, verdict: Verdict| {
        let count = match verdict {
            Verdict::Unknown => &mut unknown,
            _ if passed.contains_key(&number) => &mut held,
            _ => &mut 0,
        };
        *count += 1;
        if *count <= MOST_REASONS {
            numbers.insert(number);
        }
        // The walk goes on until the rules that were weighed are through.
        (number + 1 >= weighed).then_some(())
    };
    if let Some(standing) = standing {
        standing.first_possible(|number, verdict| {
            if number < weighed {
                put(number, verdict)
            } else {
                Some(())
            }
        });
    }
    (numbers, unknown.saturating_sub(MOST_REASONS))
}

/// What is said of the rules that are not told one by one.
fn left_out(facts: &Facts<'_>, count: usize, unknown: usize) -> Reason {
    let kind = facts.record.id.kind;
    let rules = if count == 1 { "rule was" } else { "rules were" };
    let mut note = format!("{count} more {rules} weighed before and did not hold");
    if unknown > 0 {
        note += &format!(", {unknown} of them because a field that they need has no value");
    }
    Reason {
        rule: format!("routing.{kind}"),
        place: None,
        verdict: Verdict::NotHeld,
        findings: Vec::new(),
        note: Some(note),
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
