use std::collections::BTreeMap;

use business_time::BusinessAmount;
use contracts::{EventData, Finding, Found, Reason, Verdict};
use model::Criterion;

use super::step::{Move, path};
use crate::{
    amounts::{amount_of, used_up},
    approvals,
    condition::{evaluate, length, wall},
    exceptions,
    facts::Facts,
    reasons::tested,
    shown::{label_of, spoken, stage_label},
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
        may_follow(facts, step, from, &mut judged);
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
                    true => {
                        let kind = facts.record.id.kind;
                        let stage = stage_label(&facts.rules.model, kind, stage);
                        format!("{words}, before it leaves {stage}")
                    }
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

fn may_follow(facts: &Facts<'_>, step: &Move<'_>, from: &str, judged: &mut JudgedMove) {
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
        let called = |stage: &str| stage_label(&facts.rules.model, facts.record.id.kind, stage);
        let may: Vec<String> = stage.may_move_to.iter().map(|it| called(it)).collect();
        let may = match may.as_slice() {
            [] => "nowhere: the journey ends there".to_owned(),
            may => may.join(", "),
        };
        judged.unmet.push(Unmet {
            name: "may_move_to".to_owned(),
            words: format!(
                "From {} it may move to {may}, not to {}",
                called(from),
                called(to)
            ),
        });
    }
}

/// Whether the record stayed at least as long at its stage as it must.
fn may_leave(facts: &Facts<'_>, step: &Move<'_>, from: &str, judged: &mut JudgedMove) {
    let stage = step.lifecycle.stage(from);
    let least = stage.and_then(|stage| stage.stay.at_least.as_ref());
    let (Some(stage), Some(least), Some(gate)) = (stage, least, facts.gate) else {
        return;
    };
    let called = stage_label(&facts.rules.model, facts.record.id.kind, from);
    let stayed = length(step.at.duration_since(gate.since));
    let calendar = stage.stay.calendar.as_deref();
    let over = amount_of(least, facts).and_then(|(least, found)| {
        let over = used_up(facts.rules, least, calendar, gate.since);
        let over = over.ok_or_else(|| format!("when {least} are over cannot be told"))?;
        let found = found.map_or_else(String::new, |found| format!(", since {found}"));
        Ok((over <= step.at, said(least), found))
    });
    // What cannot be known is not met.
    let (verdict, note, words) = match over {
        Ok((allowed, least, found)) => (
            held_if(allowed),
            format!("at {from} for {stayed}, at least {least}{found}"),
            format!("It may leave {called} after {least}, and was there for {stayed}"),
        ),
        Err(why) => (
            Verdict::Unknown,
            format!("at {from} for {stayed}; how long at least is not known: {why}"),
            format!("How long it stays at {called} at least is not known: {why}"),
        ),
    };
    judged.reasons.push(Reason {
        rule: format!("{}.stay", path(step.lifecycle, from)),
        place: Some(stage.place),
        verdict,
        findings: Vec::new(),
        note: Some(note),
    });
    if verdict != Verdict::Held {
        let name = "stay".to_owned();
        judged.unmet.push(Unmet { name, words });
    }
}

/// A length in the words of the model.
fn said(amount: BusinessAmount) -> String {
    wall(amount).map_or_else(|| amount.to_string(), length)
}

/// What is to be done, for people: which fields are to be filled in or changed, by how they are called. What holds
/// already is nothing to do.
fn words(facts: &Facts<'_>, criterion: &str, findings: &[Finding]) -> String {
    let open = findings.iter().filter(|it| it.verdict != Verdict::Held);
    let to_do_of = |it: &Finding| match approvals::missing(facts, it) {
        Some(missing) => format!("{}: {missing}", spoken(criterion)),
        None => to_do(facts, it),
    };
    let mut to_do: Vec<String> = open.map(to_do_of).collect();
    to_do.dedup();
    if to_do.is_empty() {
        let all = findings.iter().map(|it| stands(facts, it));
        return format!(
            "Please look at: {} ({})",
            spoken(criterion),
            all.collect::<Vec<_>>().join(", ")
        );
    }
    to_do.join("; ")
}

fn stands(facts: &Facts<'_>, finding: &Finding) -> String {
    let field = label_of(&facts.rules.model, &finding.field);
    match &finding.found {
        Found::Value(value) => format!("{field} is {value}"),
        Found::NoValue => format!("{field} is empty"),
        Found::Personal => field,
    }
}

fn to_do(facts: &Facts<'_>, finding: &Finding) -> String {
    let field = label_of(&facts.rules.model, &finding.field);
    let needed = &finding.needed;
    match &finding.found {
        Found::NoValue if needed == "a value" => format!("Please fill in: {field}"),
        Found::NoValue => format!("Please fill in: {field} (needed: {needed})"),
        Found::Value(value) => format!("Please change: {field} (now {value}, needed: {needed})"),
        Found::Personal => format!("Please change: {field} (needed: {needed})"),
    }
}
