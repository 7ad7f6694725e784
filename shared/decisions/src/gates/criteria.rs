use std::collections::BTreeMap;

use contracts::{EventData, Finding, Found, Reason, Verdict};
use model::Criterion;

use super::step::{Move, path};
use crate::{
    approvals,
    condition::{evaluate, length, wall},
    exceptions,
    facts::Facts,
    reasons::tested,
    shown::{label_of, spoken},
    verdict::held_if,
};

/// What came of a move.
pub(super) struct JudgedMove {
    pub(super) reasons: Vec<Reason>,
    pub(super) facts: BTreeMap<String, String>,
    /// The criteria that are not met, in words: name, what was found, what is needed.
    pub(super) unmet: Vec<Unmet>,
    /// That exceptions are used, one of each criterion that is met only by one.
    pub(super) used: Vec<EventData>,
}

/// A criterion that is not met.
pub(super) struct Unmet {
    pub(super) name: String,
    pub(super) words: String,
}

/// Judges a move: the stage must be one that may follow, and each of its entry criteria must be
/// met, and each exit criterion of the stage before. A criterion that cannot be known is not met.
pub(super) fn judge_move(facts: &Facts<'_>, step: &Move<'_>) -> JudgedMove {
    let mut judged = JudgedMove {
        reasons: Vec::new(),
        facts: BTreeMap::new(),
        unmet: Vec::new(),
        used: Vec::new(),
    };
    if let Some(from) = step.from {
        may_follow(step, from, &mut judged);
        may_leave(facts, step, from, &mut judged);
    }
    if let Some(from) = step.from {
        let path = format!("{}.leave", path(step.lifecycle, from));
        for criterion in step.lifecycle.exit_criteria(from, &step.to.name) {
            criterion_of(facts, (&path, criterion), (from, true), &mut judged);
        }
    }
    let path = format!("{}.enter", path(step.lifecycle, &step.to.name));
    for criterion in &step.to.enter {
        let of = (step.to.name.as_str(), false);
        criterion_of(facts, (&path, criterion), of, &mut judged);
    }
    judged
}

/// One criterion; of a stage that is left its name says for what it is needed.
fn criterion_of(
    facts: &Facts<'_>,
    (path, criterion): (&str, &Criterion),
    (stage, leaves): (&str, bool),
    judged: &mut JudgedMove,
) {
    let evaluation = evaluate(&criterion.when, facts);
    tested(&evaluation.findings, &mut judged.facts);
    let mut note = None;
    if evaluation.verdict != Verdict::Held {
        if let Some((id, exception)) = facts.excepts(stage, &criterion.name) {
            note = Some(exceptions::words(facts.rules, exception));
            judged.used.push(EventData::ExceptionUsed {
                exception: id.to_owned(),
                of: format!("{stage}.{}", criterion.name),
            });
        } else {
            let words = words(facts, &criterion.name, &evaluation.findings);
            judged.unmet.push(Unmet {
                name: criterion.name.clone(),
                words: match leaves {
                    true => format!("to leave {stage}, {words}"),
                    false => words,
                },
            });
        }
    }
    judged.reasons.push(Reason {
        rule: format!("{path}.{}", criterion.name),
        place: Some(criterion.place),
        verdict: evaluation.verdict,
        findings: evaluation.findings,
        note,
    });
}

fn may_follow(step: &Move<'_>, from: &str, judged: &mut JudgedMove) {
    let to = &step.to.name;
    let Some(stage) = step.lifecycle.stage(from) else {
        // Where it came from is not in the model (any more); nothing says that it may not.
        return;
    };
    let allowed = stage.may_move_to.contains(to);
    let may = if stage.may_move_to.is_empty() {
        "nowhere: the journey ends there".to_owned()
    } else {
        stage.may_move_to.join(", ")
    };
    judged.reasons.push(Reason {
        rule: format!("{}.may_move_to", path(step.lifecycle, from)),
        place: Some(stage.place),
        verdict: held_if(allowed),
        findings: Vec::new(),
        note: Some(format!("from {from} it may move to {may}")),
    });
    if !allowed {
        judged.unmet.push(Unmet {
            name: "may_move_to".to_owned(),
            words: format!("from {from} it may move to {may}, not to {to}"),
        });
    }
}

/// Whether the record stayed at least as long at its stage as it must.
fn may_leave(facts: &Facts<'_>, step: &Move<'_>, from: &str, judged: &mut JudgedMove) {
    let stage = step.lifecycle.stage(from);
    let least = stage.and_then(|stage| wall(stage.stay_at_least?));
    let (Some(stage), Some(least), Some(gate)) = (stage, least, facts.gate) else {
        return;
    };
    let stayed = step.at.duration_since(gate.since);
    let allowed = stayed >= least;
    let (stayed, least_said) = (length(stayed), length(least));
    judged.reasons.push(Reason {
        rule: format!("{}.stay", path(step.lifecycle, from)),
        place: Some(stage.place),
        verdict: held_if(allowed),
        findings: Vec::new(),
        note: Some(format!("at {from} for {stayed}, at least {least_said}")),
    });
    if !allowed {
        judged.unmet.push(Unmet {
            name: "stay".to_owned(),
            words: format!("it may leave {from} after {least_said}, and was there for {stayed}"),
        });
    }
}

/// What is to be done, for people: what the field is called, what stands in it, and what must.
fn words(facts: &Facts<'_>, criterion: &str, findings: &[Finding]) -> String {
    let tests: Vec<String> = findings
        .iter()
        .map(|finding| {
            if let Some(missing) = approvals::missing(facts, finding) {
                return missing;
            }
            let field = label_of(&facts.rules.model, &finding.field);
            match &finding.found {
                Found::NoValue if finding.needed == "a value" => {
                    format!("{field} is empty, please fill it in")
                }
                Found::NoValue => format!("{field} is empty, it must be {}", finding.needed),
                Found::Value(value) => format!("{field} is {value}, it must be {}", finding.needed),
                Found::Personal => format!("{field} must be {}", finding.needed),
            }
        })
        .collect();
    format!("{}: {}", spoken(criterion), tests.join("; "))
}
