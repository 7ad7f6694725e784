//! What is held is released as somebody answered, inside the limits of the model.

use contracts::{
    Cause, DecisionDraft, Event, EventData, EventId, Function, HoldReleased, Key, Reason, Subject,
    state::{BREAKERS, BreakerState, GateState, HoldAnswer, held_of},
};
use crm::{PersonId, RecordId};
use decisions::{Rules, gates::room};
use engine::{Clock, CycleError, Failure, Round, Table};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned};

/// Asks for so many held moves to be judged again as have room at this tick. Whoever is asked for twice is
/// judged once: the second finds it held no more.
///
/// # Errors
/// If the table does not answer; the tick is then delivered again.
pub(crate) async fn tick<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    tick: &Event,
    now: Timestamp,
) -> Result<(), Failure> {
    for item in table.store.of_person(BREAKERS).await? {
        let Some(person) = item.key.breaker_of() else {
            continue;
        };
        let state = Versioned::<BreakerState>::read(item)?.state;
        let room = room(rules, &state, now);
        if room == 0 {
            continue;
        }
        let held = table.store.of_person(&held_of(&person)).await?;
        let mut held = answered(&state, &held);
        held.sort_unstable();
        held.truncate(room);
        if !held.is_empty() {
            release(table, rules, (tick, &person), &held, now).await?;
        }
    }
    Ok(())
}

/// The records whose moves somebody's answer is about.
fn answered(state: &BreakerState, held: &[Item]) -> Vec<RecordId> {
    let Some(hold) = &state.hold else {
        return Vec::new();
    };
    let gates = held.iter().filter(|item| item.key.holds::<GateState>());
    let gates = gates.filter(|item| {
        let gate = item.body.read::<GateState>().ok();
        let held = gate.and_then(|gate| gate.held);
        held.is_some_and(|held| hold.answer_for(held.since).is_some())
    });
    gates.filter_map(|item| item.key.record_id()).collect()
}

async fn release<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    (tick, person): (&Event, &PersonId),
    held: &[RecordId],
    now: Timestamp,
) -> Result<(), Failure> {
    let key = Key::breaker(person);
    let released: Result<(), CycleError> = table
        .change(std::slice::from_ref(&key), |found| {
            let found = found.into_iter().flatten().next();
            let found = found.map(Versioned::<BreakerState>::read).transpose()?;
            let Some(draft) = found.and_then(|it| draft(&it.state, person, held)) else {
                return Ok(Round::Nothing(()));
            };
            let id = EventId::of(&["release", person.as_str(), tick.id.as_str()]);
            let audit = draft.into_audit(
                Function::StageGates,
                Subject::Person(person.clone()),
                &Cause::of(tick).known_as(id),
                0,
                &rules.model.revision,
                now,
            );
            let decided = Key::audit(&audit.subject, &audit.decision);
            Ok::<_, StoreError>(
                Round::writing(Vec::new(), ())
                    .recorded(audit)
                    .unless(decided, ()),
            )
            .map_err(CycleError::from)
        })
        .await;
    Ok(released?)
}

fn draft(state: &BreakerState, person: &PersonId, held: &[RecordId]) -> Option<DecisionDraft> {
    let hold = state.hold.as_ref()?;
    let answer = hold.answer.as_ref()?;
    let becomes = match answer.answer {
        HoldAnswer::TurnBack => "turned back",
        HoldAnswer::LetStand => "let stand",
    };
    let note = format!(
        "{} said that they are to be {becomes}; {} of {} are held still",
        answer.by,
        hold.left(),
        hold.moves
    );
    let emits = held.iter().map(|record| {
        EventData::HoldReleased(HoldReleased {
            record: record.clone(),
            of: person.clone(),
        })
    });
    Some(DecisionDraft {
        outcome: format!("released: {} of the moves that are held", held.len()),
        reasons: vec![Reason::note("lifecycles", None, note)],
        emits: emits.collect(),
        ..DecisionDraft::default()
    })
}
