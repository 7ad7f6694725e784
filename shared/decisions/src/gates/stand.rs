use contracts::{EventData, Passage, state::GateState};
use crm::{Author, PersonId, Record, Value};
use jiff::Timestamp;
use model::{GateMode, Lifecycle};

use crate::facts::Facts;

/// A record comes to stand at a stage: what is told of it, and the state that it leads to. It leaves
/// the stage that it had entered before. Where no journey of the model has it, nothing is entered.
pub(super) fn stand(
    facts: &Facts<'_>,
    lifecycle: Option<&Lifecycle>,
    to: &str,
    since: Timestamp,
    passage: Passage,
) -> (Vec<EventData>, GateState) {
    let entered = facts.gate.filter(|before| !before.unknown);
    let unknown = lifecycle.is_none();
    let by = mover(facts.record, lifecycle, to);
    let left = entered.map(|before| EventData::StageLeft {
        stage: before.stage.clone(),
        to: (!unknown).then(|| to.to_owned()),
        since: before.since,
        at: since,
        by: by.clone(),
        passage,
    });
    let enters = (!unknown).then(|| EventData::StageEntered {
        stage: to.to_owned(),
        from: entered.map(|before| before.stage.clone()),
        since,
        by,
        passage,
    });
    let gate = GateState {
        stage: to.to_owned(),
        since,
        turned_back: None,
        unknown,
        outside: false,
        held: None,
        rounds: None,
        undoing: None,
    };
    (left.into_iter().chain(enters).collect(), gate)
}

/// Who moved a record to the stage at which the CRM shows it; none if that was no person, or the CRM
/// does not say, or shows it elsewhere.
fn mover(record: &Record, lifecycle: Option<&Lifecycle>, to: &str) -> Option<PersonId> {
    let newest = record.history.get("stage")?.first()?;
    let shown = newest.value.as_ref().and_then(Value::text)?;
    let stage = lifecycle.and_then(|it| it.stage_read_as(shown));
    let its = stage.map_or(shown, |stage| &stage.name) == to;
    match &newest.by {
        Author::Person(person) if its => Some(person.clone()),
        _ => None,
    }
}

/// Why a gate lets a move stand that does not meet it; none if it turns the move back.
pub(super) const fn let_stand(mode: GateMode) -> Option<Passage> {
    match mode {
        GateMode::Observe => Some(Passage::Observed),
        GateMode::Warn => Some(Passage::Warned),
        GateMode::TurnBack => None,
    }
}
