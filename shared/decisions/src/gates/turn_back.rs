use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Passage,
    state::{GateState, TurnedBack},
};
use model::GateMode;

use super::{
    criteria::JudgedMove,
    stand::{let_stand, stand},
    step::{Gated, Move},
};
use crate::{facts::Facts, people::recipients};

/// What follows a move whose criteria are not met: nothing but the record of it, a word to those
/// who are told, or the restoration of the stage before.
pub(super) fn turn_back(facts: &Facts<'_>, step: &Move<'_>, judged: JudgedMove) -> Gated {
    let mode = step.lifecycle.gate;
    let first = step.lifecycle.stages.first();
    let from = match step.from {
        Some(from) => from.to_owned(),
        None => first.map(|stage| stage.name.clone()).unwrap_or_default(),
    };
    let to = step.to.name.clone();
    let words: Vec<String> = judged.unmet.iter().map(|it| it.words.clone()).collect();
    let names: Vec<String> = judged.unmet.iter().map(|it| it.name.clone()).collect();
    let mut emits = vec![EventData::GateTurnedBack {
        from: from.clone(),
        to: to.clone(),
        unmet: names.clone(),
        mode,
    }];
    if mode == GateMode::TurnBack {
        emits.extend(restore(facts, step, &from, &words));
    }
    if mode != GateMode::Observe {
        emits.extend(tell(facts, step, &from, &words));
    }
    let done = match mode {
        GateMode::TurnBack => format!("turned back: from {to} to {from}"),
        GateMode::Warn => format!("warned: moved from {from} to {to}"),
        GateMode::Observe => format!("observed: moved from {from} to {to}"),
    };
    let (edges, gate) = match let_stand(mode) {
        Some(passage) => stand(facts, step.lifecycle, &to, step.at, passage),
        None => stays(facts, step, &from),
    };
    emits.extend(edges);
    Gated {
        draft: DecisionDraft {
            outcome: format!("{done}, not met: {}", names.join(", ")),
            facts: judged.facts,
            reasons: judged.reasons,
            emits,
        },
        gate,
    }
}

fn restore(facts: &Facts<'_>, step: &Move<'_>, from: &str, words: &[String]) -> Vec<EventData> {
    let to = &step.to.name;
    let mut writes = vec![CrmWrite::Stage {
        to: from.to_owned(),
        only_if: Some(to.clone()),
    }];
    if let Some(subject) = &step.lifecycle.when_turned_back.task {
        let mut lines = vec![format!("To move from {from} to {to}:")];
        lines.extend(words.iter().cloned());
        writes.push(CrmWrite::Task {
            subject: subject.clone(),
            lines,
            owner: facts.record.owner().cloned(),
        });
    }
    let requested = |write| EventData::CrmWriteRequested { write };
    writes.into_iter().map(requested).collect()
}

fn tell(facts: &Facts<'_>, step: &Move<'_>, from: &str, words: &[String]) -> Vec<EventData> {
    let mut people = Vec::new();
    for who in &step.lifecycle.when_turned_back.tell {
        for person in recipients(who, facts.record.owner(), facts.rules) {
            if !people.contains(&person) {
                people.push(person);
            }
        }
    }
    people
        .into_iter()
        .map(|to| EventData::NoticeRequested {
            to,
            notice: Notice::GateNotMet {
                from: from.to_owned(),
                to: step.to.name.clone(),
                unmet: words.to_vec(),
                mode: step.lifecycle.gate,
            },
        })
        .collect()
}

/// The record stands where it stood. One that is seen for the first time stands where its journey
/// begins.
fn stays(facts: &Facts<'_>, step: &Move<'_>, from: &str) -> (Vec<EventData>, GateState) {
    let (edges, gate) = match facts.gate {
        Some(before) => (Vec::new(), before.clone()),
        None => {
            let since = facts.record.created;
            stand(facts, step.lifecycle, from, since, Passage::NotJudged)
        }
    };
    let turned_back = TurnedBack {
        to: step.to.name.clone(),
        at: step.at,
    };
    let gate = GateState {
        turned_back: Some(turned_back),
        ..gate
    };
    (edges, gate)
}
