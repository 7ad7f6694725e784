//! A stage move: passed, or turned back with the criteria that are not met.

mod answer;
mod breaker;
mod criteria;
mod held;
mod stand;
mod step;
mod turn_back;
mod upon;

use std::collections::BTreeMap;

use contracts::{
    DecisionDraft, EventData, Passage, Reason,
    state::{AutomaticMove, GateState},
};
use crm::{Author, PersonId, Record};
use jiff::{SignedDuration, Timestamp};
use model::Lifecycle;

use crate::{facts::Facts, rules::Rules};

use criteria::{JudgedMove, judge_move};
use stand::stand;
use step::{JUDGED_AT_FIRST_SIGHT, Move, path};
use turn_back::turn_back;

pub use answer::{AnswerError, answered};
pub use breaker::{AT_ONCE, Breakers, room, within};
pub use step::Gated;

/// Judges the stage at which a record stands, if it has moved since the gate last looked. A record that
/// stands at another stage by now leaves the one and enters the other; a move that is turned back does
/// neither, and what was archived stays where it stood.
///
/// What follows from the stages that are entered and left is part of the decision.
#[must_use]
pub fn judge(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    now: Timestamp,
) -> Option<Gated> {
    judge_after(rules, record, before, None, now)
}

/// [`judge`] of a record that a step of a deviation has moved: that move was judged before it was written, and
/// is not judged again.
#[must_use]
pub fn judge_after(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    ours: Option<&AutomaticMove>,
    now: Timestamp,
) -> Option<Gated> {
    judge_among(rules, record, before, (ours, None), now)
}

/// [`judge_after`], in view of how often moves of the same person were turned back of late: beyond what the
/// model allows they are held. What becomes of the breakers is in them; whose are needed, [`breakers_of`] tells.
#[must_use]
pub fn judge_braked(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    (ours, breakers): (Option<&AutomaticMove>, &Breakers),
    now: Timestamp,
) -> Option<Gated> {
    let mut gated = judge_among(rules, record, before, (ours, Some(breakers)), now)?;
    let let_stand = matches!(
        gated.draft.emits.iter().find_map(passage),
        Some(Passage::LetStand)
    );
    let told = breakers.settle(rules, before, &gated.gate, let_stand);
    gated.draft.emits.extend(told);
    Some(gated)
}

/// Whose breakers a decision needs: of whoever made a move that is turned back or warned of, if the model says
/// how often that may be, and of whom a held move is counted.
#[must_use]
pub fn breakers_of(rules: &Rules, before: Option<&GateState>, gated: &Gated) -> Vec<PersonId> {
    let held = before.and_then(|before| before.held.as_ref());
    let mut limited = rules.model.lifecycles.values();
    let limited = limited.any(|it| it.when_turned_back.at_most.is_some());
    let mut people: Vec<PersonId> = held.map(|held| held.of.clone()).into_iter().collect();
    let mover = gated.unmet_of.clone().filter(|_| limited);
    people.extend(mover.filter(|mover| held.is_none_or(|held| held.of != *mover)));
    people
}

fn passage(event: &EventData) -> Option<Passage> {
    match event {
        EventData::StageEntered { passage, .. } => Some(*passage),
        _ => None,
    }
}

fn judge_among(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    (ours, breakers): (Option<&AutomaticMove>, Option<&Breakers>),
    now: Timestamp,
) -> Option<Gated> {
    let facts = Facts {
        gate: before,
        ..Facts::of(rules, record, now)
    };
    let lifecycle = facts.lifecycle()?;
    let mut gated = judge_stage(&facts, lifecycle, ours, breakers)?;
    upon::follow(&facts, lifecycle, &mut gated);
    Some(gated)
}

fn judge_stage(
    facts: &Facts<'_>,
    lifecycle: &Lifecycle,
    ours: Option<&AutomaticMove>,
    breakers: Option<&Breakers>,
) -> Option<Gated> {
    let (record, before) = (facts.record, facts.gate);
    if record.archived {
        return before.and_then(|before| held::gone(lifecycle, before));
    }
    let stage = facts.stage()?;
    let moved = moved_at(record);
    let Some(before) = before else {
        return first_sight(facts, lifecycle, (stage, moved), breakers);
    };
    if stage == before.stage {
        return match lifecycle.stage(stage).filter(|_| before.unknown) {
            Some(_) => Some(known_by_now(facts, lifecycle, before)),
            None => held::moved_back(lifecycle, before).or_else(|| restored(record, before)),
        };
    }
    if let Some(turned) = &before.turned_back
        && turned.to == stage
        && turned.at >= moved
        && !criteria_met_now(facts, lifecycle, before, stage)
    {
        // The same move; its restoration is on the way into the CRM.
        return None;
    }
    let released = breakers.is_some_and(|breakers| breakers.answer(before).is_some());
    if let Some(held) = &before.held
        && held.to == stage
        && held.at >= moved
        && !released
        && !criteria_met_now(facts, lifecycle, before, stage)
    {
        // The same move; it waits for somebody's word.
        return None;
    }
    let Some(to) = lifecycle.stage(stage) else {
        return Some(unknown_stage(facts, lifecycle, stage, moved));
    };
    let step = Move {
        lifecycle,
        from: Some(&before.stage),
        to,
        at: moved,
        breakers,
    };
    Some(
        match ours.filter(|ours| is_ours(record, before, &step, ours)) {
            Some(ours) => pass(facts, &step, judged_before(&step, ours)),
            None => hold(facts, &step),
        },
    )
}

/// How far the CRM's clock may be behind ours, in seconds.
const CLOCKS_APART: i64 = 5;

/// Whether the move that the CRM shows is the one that a step asked for: no person's, not earlier, and from
/// where the record has stood since.
fn is_ours(record: &Record, before: &GateState, step: &Move<'_>, ours: &AutomaticMove) -> bool {
    let newest = record
        .history
        .get("stage")
        .and_then(|changes| changes.first());
    let by_app = newest.is_some_and(|change| matches!(change.by, Author::App(_)));
    let earliest = ours
        .at
        .checked_sub(SignedDuration::from_secs(CLOCKS_APART))
        .unwrap_or(ours.at);
    by_app
        && ours.from == before.stage
        && ours.to == step.to.name
        && before.since <= ours.at
        && step.at >= earliest
}

fn judged_before(step: &Move<'_>, ours: &AutomaticMove) -> JudgedMove {
    let note = format!(
        "moved by a step of the deviation {}, which met the gate before it was written",
        ours.deviation
    );
    JudgedMove {
        reasons: vec![Reason::note(
            path(step.lifecycle, &step.to.name),
            Some(step.to.place),
            note,
        )],
        facts: BTreeMap::new(),
        unmet: Vec::new(),
    }
}

/// A move that somebody else is about to make, judged before it is made: the reasons, and what is not met, in
/// words.
pub(crate) fn foresee(
    facts: &Facts<'_>,
    from: &str,
    to: &str,
) -> Option<(Vec<Reason>, Vec<String>)> {
    let lifecycle = facts.lifecycle()?;
    let step = Move {
        lifecycle,
        from: Some(from),
        to: lifecycle.stage(to)?,
        at: facts.now,
        breakers: None,
    };
    let judged = judge_move(facts, &step);
    let unmet = judged.unmet.into_iter().map(|it| it.words);
    Some((judged.reasons, unmet.collect()))
}

fn criteria_met_now(
    facts: &Facts<'_>,
    lifecycle: &Lifecycle,
    before: &GateState,
    stage: &str,
) -> bool {
    lifecycle.stage(stage).is_some_and(|to| {
        let step = Move {
            lifecycle,
            from: Some(&before.stage),
            to,
            at: facts.now,
            breakers: None,
        };
        judge_move(facts, &step).unmet.is_empty()
    })
}

/// When the record came to its present stage: the newest entry of the stage's history, else its
/// last modification.
fn moved_at(record: &Record) -> Timestamp {
    let newest = record
        .history
        .get("stage")
        .and_then(|changes| changes.first());
    newest.map_or(record.modified, |change| change.at)
}

fn first_sight(
    facts: &Facts<'_>,
    lifecycle: &Lifecycle,
    (stage, moved): (&str, Timestamp),
    breakers: Option<&Breakers>,
) -> Option<Gated> {
    let first = lifecycle.stages.first()?;
    let Some(to) = lifecycle.stage(stage) else {
        return Some(unknown_stage(facts, lifecycle, stage, moved));
    };
    let recent = facts.ago(moved) <= SignedDuration::from_secs(JUDGED_AT_FIRST_SIGHT);
    if to.name == first.name || !recent {
        let note = if to.name == first.name {
            format!("first seen at {stage}, where the lifecycle begins")
        } else {
            format!(
                "first seen at {stage}, to which it came before Fairlead looked: taken as it is"
            )
        };
        let reason = Reason::note(path(lifecycle, stage), Some(to.place), note);
        let outcome = format!("stands at {stage}");
        let stands = stand(facts, lifecycle, stage, moved, Passage::NotJudged);
        return Some(settled(outcome, reason, stands));
    }
    let step = Move {
        lifecycle,
        from: None,
        to,
        at: moved,
        breakers,
    };
    Some(hold(facts, &step))
}

fn hold(facts: &Facts<'_>, step: &Move<'_>) -> Gated {
    let judged = judge_move(facts, step);
    if judged.unmet.is_empty() {
        return pass(facts, step, judged);
    }
    turn_back(facts, step, judged)
}

fn pass(facts: &Facts<'_>, step: &Move<'_>, judged: JudgedMove) -> Gated {
    let to = &step.to.name;
    let from = step.from.map(str::to_owned);
    let begin = from.as_deref().unwrap_or("the beginning");
    let outcome = format!("passed: from {begin} to {to}, every criterion is met");
    let (edges, gate) = stand(facts, step.lifecycle, to, step.at, Passage::Passed);
    let to = to.clone();
    let mut emits = vec![EventData::GatePassed { from, to }];
    emits.extend(edges);
    Gated {
        draft: DecisionDraft {
            outcome,
            facts: judged.facts,
            reasons: judged.reasons,
            emits,
        },
        gate,
        unmet_of: None,
    }
}

/// The CRM shows the stage that we restored: our own echo.
fn restored(record: &Record, before: &GateState) -> Option<Gated> {
    let turned = before.turned_back.as_ref()?;
    let note = format!("the CRM shows {} again", before.stage);
    Some(Gated {
        draft: DecisionDraft {
            outcome: format!(
                "restored: stands at {} again, after {}",
                before.stage, turned.to
            ),
            reasons: vec![Reason::note(
                format!("lifecycles.{}.{}", record.id.kind, before.stage),
                None,
                note,
            )],
            ..DecisionDraft::default()
        },
        gate: GateState {
            turned_back: None,
            ..before.clone()
        },
        unmet_of: None,
    })
}

/// A stage that the model does not know cannot be judged; it is recorded and left.
fn unknown_stage(facts: &Facts<'_>, lifecycle: &Lifecycle, stage: &str, moved: Timestamp) -> Gated {
    let note = format!(
        "{stage} is not a stage of the model, so the move cannot be judged; add it to \
         processes.yaml or to the values of the stage field in technology.yaml"
    );
    let reason = Reason::note(path(lifecycle, stage), Some(lifecycle.place), note);
    let outcome = format!("left at {stage}, a stage that the model does not know");
    let stands = stand(facts, lifecycle, stage, moved, Passage::NotJudged);
    settled(outcome, reason, stands)
}

/// The model did not know the stage when the record came to it, and does now.
fn known_by_now(facts: &Facts<'_>, lifecycle: &Lifecycle, before: &GateState) -> Gated {
    let stage = &before.stage;
    let place = lifecycle.stage(stage).map(|stage| stage.place);
    let note = format!("{stage} is a stage of the model by now: taken as it is");
    let reason = Reason::note(path(lifecycle, stage), place, note);
    let outcome = format!("stands at {stage}");
    let stands = stand(facts, lifecycle, stage, before.since, Passage::NotJudged);
    settled(outcome, reason, stands)
}

/// Nothing was judged.
fn settled(outcome: String, reason: Reason, (emits, gate): (Vec<EventData>, GateState)) -> Gated {
    Gated {
        draft: DecisionDraft {
            outcome,
            reasons: vec![reason],
            emits,
            ..DecisionDraft::default()
        },
        gate,
        unmet_of: None,
    }
}
