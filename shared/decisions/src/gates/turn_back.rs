use std::borrow::Cow;

use contracts::{
    CrmWrite, DecisionDraft, EventData, GateHeld, Notice, Passage, Reason,
    state::{GateState, HeldMove, Rounds, TurnedBack},
};
use crm::PersonId;
use model::GateMode;

use super::{
    breaker::{self, Over, mover, spoken_limit},
    criteria::JudgedMove,
    stand::{let_stand, stand},
    step::{Gated, Move},
};
use crate::{facts::Facts, people::recipients, shown::stage_label};

/// The fact by which a decision says whose move it was that did not meet its gate.
pub(crate) const MOVED_BY: &str = "moved_by";

/// What follows a move whose criteria are not met: nothing but the record of it, a word to those
/// who are told, or the restoration of the stage before.
pub(super) fn turn_back(facts: &Facts<'_>, step: &Move<'_>, judged: JudgedMove) -> Gated {
    let mode = facts.rules.gate_of(step.lifecycle, facts.now);
    let first = step.lifecycle.stages.first();
    let from = match step.from {
        Some(from) => from.to_owned(),
        None => first.map(|stage| stage.name.clone()).unwrap_or_default(),
    };
    let to = step.to.name.clone();
    let mut judged = judged;
    // By whom the breaker counts it: a shadow month is told by that.
    let by = mover(facts.record).to_string();
    judged.facts.insert(MOVED_BY.to_owned(), by);
    let words: Vec<String> = judged.unmet.iter().map(|it| it.words.clone()).collect();
    let names: Vec<String> = judged.unmet.iter().map(|it| it.name.clone()).collect();
    let over = match step.breakers.filter(|_| mode != GateMode::Observe) {
        Some(breakers) => breakers.consider(facts, step.lifecycle, was_too_often(facts, step)),
        None => Over::No,
    };
    if mode == GateMode::TurnBack {
        match over {
            Over::Yes {
                of,
                first,
                by_rounds,
            } => {
                let held = Held {
                    of: &of,
                    first,
                    by_rounds,
                };
                return hold(facts, step, (judged, names, from), held);
            }
            Over::LetStand(by) => return let_it_stand(facts, step, (judged, names), &by),
            Over::No | Over::Summed => {}
        }
    }
    let mut reasons = judged.reasons;
    let mut emits = vec![EventData::GateTurnedBack {
        from: from.clone(),
        to: to.clone(),
        unmet: names.clone(),
        mode,
    }];
    if mode == GateMode::TurnBack {
        emits.extend(restore(facts, step, &from, &words));
    }
    match &over {
        _ if mode == GateMode::Observe => {}
        Over::No => emits.extend(tell(facts, step, &from, &words)),
        Over::Summed | Over::LetStand(_) => {}
        Over::Yes { of, first, .. } => {
            reasons.push(limited(facts, step, of));
            if *first {
                emits.extend(tell_of(facts, step, (of, false)));
            }
        }
    }
    let done = match mode {
        GateMode::TurnBack => format!("turned back: from {to} to {from}"),
        GateMode::Warn => format!("warned: moved from {from} to {to}"),
        GateMode::Observe => format!("observed: moved from {from} to {to}"),
    };
    let (edges, gate) = match let_stand(mode) {
        Some(passage) => stand(facts, Some(step.lifecycle), &to, step.at, passage),
        None => {
            let (edges, gate) = stays(facts, step, &from);
            let rounds = Some(Rounds {
                to: to.clone(),
                times: times_in_a_row(facts, &to).saturating_add(1),
            });
            (edges, GateState { rounds, ..gate })
        }
    };
    emits.extend(edges);
    Gated {
        draft: DecisionDraft {
            outcome: format!("{done}, not met: {}", names.join(", ")),
            facts: judged.facts,
            reasons,
            emits,
        },
        gate,
        unmet_of: (mode != GateMode::Observe).then(|| mover(facts.record)),
        unjudged: None,
    }
}

/// How often in a row the record was moved to this stage and turned back.
fn times_in_a_row(facts: &Facts<'_>, to: &str) -> u32 {
    let rounds = facts.gate.and_then(|before| before.rounds.as_ref());
    rounds
        .filter(|rounds| rounds.to == to)
        .map_or(0, |rounds| rounds.times)
}

/// Whether the same move was turned back as often in a row as the model allows: then it is no slip, and somebody is
/// to look at it.
fn was_too_often(facts: &Facts<'_>, step: &Move<'_>) -> bool {
    let most = step.lifecycle.when_turned_back.rounds;
    let turns_back = facts.rules.gate_of(step.lifecycle, facts.now) == GateMode::TurnBack;
    turns_back && most.is_some_and(|most| times_in_a_row(facts, &step.to.name) >= most)
}

/// Of whom a held move is counted, and what is asked about it.
#[derive(Clone, Copy)]
struct Held<'a> {
    of: &'a PersonId,
    first: bool,
    by_rounds: bool,
}

/// Too many were turned back: the move stands in the CRM and is not taken for passed, until somebody says
/// what is to become of it.
fn hold(
    facts: &Facts<'_>,
    step: &Move<'_>,
    (judged, names, from): (JudgedMove, Vec<String>, String),
    Held {
        of,
        first,
        by_rounds,
    }: Held<'_>,
) -> Gated {
    let to = &step.to.name;
    // The same move is held since it was first: what somebody answered is about it still.
    let held = facts.gate.and_then(|before| before.held.as_ref());
    let same = held.filter(|held| held.to == *to && held.at == step.at && held.of == *of);
    let since = same.map_or(facts.now, |held| held.since);
    let (mut emits, gate) = stays(facts, step, &from);
    emits.push(EventData::GateHeld(GateHeld {
        from: from.clone(),
        to: to.clone(),
        unmet: names.clone(),
    }));
    if first {
        emits.extend(tell_of(facts, step, (of, by_rounds)));
    }
    let mut reasons = judged.reasons;
    reasons.push(match by_rounds {
        true => in_a_row(facts, step),
        false => limited(facts, step, of),
    });
    Gated {
        draft: DecisionDraft {
            outcome: format!(
                "held: moved from {from} to {to}, not met: {}",
                names.join(", ")
            ),
            facts: judged.facts,
            reasons,
            emits,
        },
        gate: GateState {
            turned_back: None,
            held: Some(HeldMove {
                to: to.clone(),
                at: step.at,
                since,
                of: of.clone(),
            }),
            ..gate
        },
        unmet_of: Some(of.clone()),
        unjudged: None,
    }
}

/// A move that was held, and that somebody lets stand.
fn let_it_stand(
    facts: &Facts<'_>,
    step: &Move<'_>,
    (judged, names): (JudgedMove, Vec<String>),
    by: &PersonId,
) -> Gated {
    let to = &step.to.name;
    let (emits, gate) = stand(facts, Some(step.lifecycle), to, step.at, Passage::LetStand);
    let mut reasons = judged.reasons;
    let note = format!("it was held, and {by} let it stand");
    let terms = &step.lifecycle.when_turned_back;
    let rule = match terms.at_most {
        Some(_) => at_most(step),
        None => format!("lifecycles.{}.when_turned_back.rounds", step.lifecycle.name),
    };
    reasons.push(Reason::note(rule, Some(step.lifecycle.place), note));
    Gated {
        draft: DecisionDraft {
            outcome: format!("let stand at {to}, not met: {}", names.join(", ")),
            facts: judged.facts,
            reasons,
            emits,
        },
        gate,
        unmet_of: Some(mover(facts.record)),
        unjudged: None,
    }
}

fn at_most(step: &Move<'_>) -> String {
    format!(
        "lifecycles.{}.when_turned_back.at_most",
        step.lifecycle.name
    )
}

fn limited(facts: &Facts<'_>, step: &Move<'_>, of: &PersonId) -> Reason {
    let rate = spoken_limit(step.lifecycle.when_turned_back.at_most);
    let whose = whose(facts, of);
    let note = match step.lifecycle.gate {
        GateMode::TurnBack => format!(
            "moves of {whose} are turned back {rate} at the most; this one is held until somebody says what \
             is to become of it"
        ),
        _ => format!("{whose} is warned {rate} at the most, so no mail is sent about this move"),
    };
    Reason::note(at_most(step), Some(step.lifecycle.place), note)
}

fn in_a_row(facts: &Facts<'_>, step: &Move<'_>) -> Reason {
    let times = times_in_a_row(facts, &step.to.name);
    let rule = format!("lifecycles.{}.when_turned_back.rounds", step.lifecycle.name);
    let note = format!(
        "it was turned back {times} times in a row; now it is held until somebody says what is to become of it"
    );
    Reason::note(rule, Some(step.lifecycle.place), note)
}

/// How a mover is called: an app or nobody has no name in the model.
fn whose<'a>(facts: &Facts<'_>, of: &'a PersonId) -> Cow<'a, str> {
    if facts.rules.model.people.contains_key(of) {
        Cow::Borrowed(of.as_str())
    } else {
        Cow::Owned(format!("whoever the CRM calls {of}"))
    }
}

fn tell_of(
    facts: &Facts<'_>,
    step: &Move<'_>,
    (of, by_rounds): (&PersonId, bool),
) -> Vec<EventData> {
    let notice = Notice::MovesHeld {
        of: of.clone(),
        limit: spoken_limit(step.lifecycle.when_turned_back.at_most),
        mode: step.lifecycle.gate,
        rounds: by_rounds.then(|| Rounds {
            to: step.to.name.clone(),
            times: times_in_a_row(facts, &step.to.name),
        }),
    };
    breaker::tell(facts.rules, (of, facts.record.owner()), &notice)
}

fn restore(facts: &Facts<'_>, step: &Move<'_>, from: &str, words: &[String]) -> Vec<EventData> {
    let to = &step.to.name;
    let mut writes = vec![CrmWrite::Stage {
        to: from.to_owned(),
        only_if: Some(to.clone()),
    }];
    if let Some(subject) = &step.lifecycle.when_turned_back.task {
        let called = |stage: &str| stage_label(&facts.rules.model, facts.record.id.kind, stage);
        let mut lines = vec![format!("To move from {} to {}:", called(from), called(to))];
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
        for person in recipients(who, facts.record.owner(), facts.rules, facts.now) {
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
            stand(facts, Some(step.lifecycle), from, since, Passage::NotJudged)
        }
    };
    let turned_back = TurnedBack {
        to: step.to.name.clone(),
        at: step.at,
    };
    let gate = GateState {
        turned_back: Some(turned_back),
        held: None,
        ..gate
    };
    (edges, gate)
}
