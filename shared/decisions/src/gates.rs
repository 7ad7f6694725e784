//! A stage move: passed, or turned back with the criteria that are not met.

mod answer;
mod breaker;
mod creates;
mod criteria;
mod held;
mod not_judged;
mod ours;
mod stand;
mod step;
mod turn_back;
mod undo;
mod upon;

use contracts::{
    DecisionDraft, EventData, Passage, Reason,
    state::{ApprovalsState, AutomaticMove, ExceptionsState, GateState},
};
use crm::{PersonId, Record};
use jiff::{SignedDuration, Timestamp};
use model::{Lifecycle, Stage};

use crate::{facts::Facts, journey::Stands, rules::Rules};

use criteria::{JudgedMove, judge_move};
use not_judged::not_judged;
use ours::{is_ours, is_taken_back, judged_before, taken_back};
use stand::stand;
use step::{JUDGED_AT_FIRST_SIGHT, Move, path, settled};
pub(crate) use turn_back::MOVED_BY;
use turn_back::turn_back;

pub use answer::{AnswerError, answered, may_answer_for, rights_to_answer};
pub use breaker::{AT_ONCE, Breakers, room, within};
pub use not_judged::say_once;
pub(crate) use ours::foresee;
pub use step::{Gated, Unjudged};
pub use undo::{Undoable, undo, undoable};

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
    judge_after(rules, record, before, Beside::default(), now)
}

/// What else of a record a gate looks at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// The move that a step of a deviation made last: it was judged before it was written, and is not judged again.
    pub ours: Option<&'a AutomaticMove>,
    /// The exceptions that it was granted.
    pub exceptions: Option<&'a ExceptionsState>,
    /// What somebody was asked to approve of it.
    pub approvals: Option<&'a ApprovalsState>,
}

/// [`judge`] of a record that a step of a deviation has moved, or that was granted exceptions.
#[must_use]
pub fn judge_after(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    beside: Beside<'_>,
    now: Timestamp,
) -> Option<Gated> {
    judge_among(rules, record, before, (beside, None), now)
}

/// [`judge_after`], in view of how often moves of the same person were turned back of late: beyond what the
/// model allows they are held. What becomes of the breakers is in them; whose are needed, [`breakers_of`] tells.
#[must_use]
pub fn judge_braked(
    rules: &Rules,
    record: &Record,
    before: Option<&GateState>,
    (beside, breakers): (Beside<'_>, &Breakers),
    now: Timestamp,
) -> Option<Gated> {
    let mut gated = judge_among(rules, record, before, (beside, Some(breakers)), now)?;
    let let_stand = matches!(
        gated.draft.emits.iter().find_map(passage),
        Some(Passage::LetStand)
    );
    let told = breakers.settle(rules, (before, record.owner()), &gated.gate, let_stand);
    gated.draft.emits.extend(told);
    Some(gated)
}

/// Whose breakers a decision needs: of whoever made a move that is turned back or warned of, if the model says
/// how often that may be, and of whom a held move is counted.
#[must_use]
pub fn breakers_of(rules: &Rules, before: Option<&GateState>, gated: &Gated) -> Vec<PersonId> {
    let held = before.and_then(|before| before.held.as_ref());
    let mut limited = rules.model.lifecycles.values();
    let limited = limited.any(|it| it.when_turned_back.may_hold());
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
    (beside, breakers): (Beside<'_>, Option<&Breakers>),
    now: Timestamp,
) -> Option<Gated> {
    let facts = Facts {
        gate: before,
        exceptions: beside.exceptions,
        approvals: beside.approvals,
        ..Facts::of(rules, record, now)
    };
    if record.archived {
        let gone = |before| held::gone(record.id.kind, before);
        return before.and_then(gone);
    }
    let mut gated = match facts.stands() {
        Stands::NoJourney => held::out_of_sight(record.id.kind, before?)?,
        Stands::At(journey, stage) => judge_stage(&facts, (journey, stage), beside.ours, breakers)?,
        stands => match not_judged(&facts, stands, moved_at(record)) {
            Some(gated) => gated,
            None => held::out_of_sight(record.id.kind, before?)?,
        },
    };
    upon::follow(&facts, &mut gated);
    Some(gated)
}

fn judge_stage(
    facts: &Facts<'_>,
    (lifecycle, to): (&Lifecycle, &Stage),
    ours: Option<&AutomaticMove>,
    breakers: Option<&Breakers>,
) -> Option<Gated> {
    let (record, before) = (facts.record, facts.gate);
    let stage = to.name.as_str();
    let moved = moved_at(record);
    let Some(before) = before else {
        return first_sight(facts, lifecycle, (to, moved), breakers);
    };
    if stage == before.stage {
        return if before.unknown {
            Some(known_by_now(facts, lifecycle, to, before))
        } else {
            held::moved_back(record.id.kind, before).or_else(|| restored(lifecycle, before))
        };
    }
    if before.unknown && before.held.is_none() && moved <= before.since {
        // The CRM shows no move since the record was found there: the model has only learnt its name.
        return Some(known_by_now(facts, lifecycle, to, before));
    }
    if let Some(turned) = &before.turned_back
        && turned.to == stage
        && turned.at >= moved
        && !met_since(facts, lifecycle, before, (stage, turned.at))
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
    if is_of_another(facts, lifecycle, before) {
        return first_sight(facts, lifecycle, (to, moved), breakers);
    }
    let step = Move {
        lifecycle,
        from: Some(&before.stage),
        to,
        at: moved,
        breakers,
    };
    Some(
        match (
            is_taken_back(record, before, &step),
            ours.filter(|ours| is_ours(record, before, &step, ours)),
        ) {
            (Some(undoing), _) => pass(facts, &step, taken_back(&step, undoing)),
            (None, Some(ours)) => pass(facts, &step, judged_before(&step, ours)),
            (None, None) => hold(facts, &step),
        },
    )
}

/// Whether the record has stood on another journey so far: what it needs there says nothing of this one.
fn is_of_another(facts: &Facts<'_>, lifecycle: &Lifecycle, before: &GateState) -> bool {
    let known = facts.model().stage(lifecycle.record, &before.stage);
    let another = known.is_some_and(|(journey, _)| journey.name != lifecycle.name);
    before.outside || (!before.unknown && another)
}

/// Whether what was turned back at an instant is met now. An exception that was granted since, or an approval that
/// was given, is for the next move: the restoration of this one is on its way.
fn met_since(
    facts: &Facts<'_>,
    lifecycle: &Lifecycle,
    before: &GateState,
    (stage, turned_back): (&str, Timestamp),
) -> bool {
    let excepted = facts.exceptions.map(|it| it.granted_by(turned_back));
    let approved = facts.approvals.map(|it| it.settled_by(turned_back));
    let facts = Facts {
        exceptions: excepted.as_ref(),
        approvals: approved.as_ref(),
        ..*facts
    };
    criteria_met_now(&facts, lifecycle, before, stage)
}

fn criteria_met_now(
    facts: &Facts<'_>,
    lifecycle: &Lifecycle,
    before: &GateState,
    stage: &str,
) -> bool {
    lifecycle.stage(stage).is_some_and(|to| {
        let of_another = is_of_another(facts, lifecycle, before);
        let step = Move {
            lifecycle,
            from: (!of_another).then_some(before.stage.as_str()),
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
    (to, moved): (&Stage, Timestamp),
    breakers: Option<&Breakers>,
) -> Option<Gated> {
    let first = lifecycle.stages.first()?;
    let stage = to.name.as_str();
    let another = match facts.gate {
        Some(_) => format!(", on the journey {} now", lifecycle.name),
        None => String::new(),
    };
    let held = facts.gate.and_then(|before| before.held.as_ref());
    // How long a move was held says nothing of when it was seen first.
    let recent = held.is_some_and(|held| held.to == to.name)
        || (facts.ago(moved) <= SignedDuration::from_secs(JUDGED_AT_FIRST_SIGHT)
            && !facts.record.is_past(moved));
    if to.name == first.name || !recent {
        let note = if to.name == first.name {
            format!("first seen at {stage}, where the lifecycle begins{another}")
        } else {
            format!(
                "first seen at {stage}, to which it came before Fairlead looked: taken as it is{another}"
            )
        };
        let reason = Reason::note(path(lifecycle, stage), Some(to.place), note);
        let outcome = format!("stands at {stage}");
        let stands = stand(facts, Some(lifecycle), stage, moved, Passage::NotJudged);
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
    let by_exception = judged.used.iter().filter_map(|used| match used {
        EventData::ExceptionUsed { of, .. } => Some(of.as_str()),
        _ => None,
    });
    let by_exception: Vec<&str> = by_exception.collect();
    let met = match by_exception.as_slice() {
        [] => "every criterion is met".to_owned(),
        some => format!("by exception from {}", some.join(", ")),
    };
    let outcome = format!("passed: from {begin} to {to}, {met}");
    let (edges, gate) = stand(facts, Some(step.lifecycle), to, step.at, Passage::Passed);
    let to = to.clone();
    let mut emits = vec![EventData::GatePassed { from, to }];
    emits.extend(judged.used);
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
        unjudged: None,
    }
}

/// The CRM shows the stage that we restored: our own echo.
fn restored(lifecycle: &Lifecycle, before: &GateState) -> Option<Gated> {
    let turned = before.turned_back.as_ref()?;
    let note = format!("the CRM shows {} again", before.stage);
    Some(Gated {
        draft: DecisionDraft {
            outcome: format!(
                "restored: stands at {} again, after {}",
                before.stage, turned.to
            ),
            reasons: vec![Reason::note(path(lifecycle, &before.stage), None, note)],
            ..DecisionDraft::default()
        },
        gate: GateState {
            turned_back: None,
            ..before.clone()
        },
        unmet_of: None,
        unjudged: None,
    })
}

/// The model did not know the stage when the record came to it, and does now.
fn known_by_now(facts: &Facts<'_>, lifecycle: &Lifecycle, to: &Stage, before: &GateState) -> Gated {
    let stage = to.name.as_str();
    let note = format!("{stage} is a stage of the model by now: taken as it is");
    let reason = Reason::note(path(lifecycle, stage), Some(to.place), note);
    let outcome = format!("stands at {stage}");
    let stands = stand(
        facts,
        Some(lifecycle),
        stage,
        before.since,
        Passage::NotJudged,
    );
    settled(outcome, reason, stands)
}
