use contracts::{
    Cause, EventId, Function, Key, Subject,
    state::{ExceptionsState, GateState, RecordState},
};
use crm::{PersonId, RecordId};
use decisions::{
    Rules,
    exceptions::{Wanted, end, grant},
};
use engine::{Clock, CycleError, Round, Table, exceptions_in};
use jiff::Timestamp;
use store::{Check, Item, Store, StoreError, Versioned, put_state};

/// How much of the command's own id an exception is called by, in characters.
const ID: usize = 8;

/// What somebody wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// An exception is granted.
    Grant(Wanted),
    /// One ends before its time.
    End {
        /// Its id.
        id: String,
        /// Who ends it.
        by: PersonId,
    },
}

/// What is asked, and of which record.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The record.
    pub record: &'a RecordId,
    /// What.
    pub change: &'a Change,
    /// The command's process, so that every command is a happening of its own.
    pub process: u32,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// In a sentence.
    pub outcome: String,
    /// Whether a move that was turned back is to be made again: criteria are excepted, and none is held that is judged
    /// again by that. The CRM shows for moments only that one was turned back.
    pub move_again: bool,
}

/// Decides, and commits the exceptions of the record together with an audit record, whose event then reaches its
/// gate and the watch over deviations. Somebody else's change at the same moment is kept.
///
/// # Errors
/// If the table does not answer; inside, why it is refused.
pub async fn change<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Result<Said, String>, CycleError> {
    let record = asked.record;
    let keys = [
        Key::record(record),
        Key::gate(record),
        Key::exceptions(record),
    ];
    table
        .change(&keys, |found| Ok(round(rules, asked, found, now)?))
        .await
}

fn round(
    rules: &Rules,
    asked: Asked<'_>,
    found: Vec<Option<Item>>,
    now: Timestamp,
) -> Result<Round<Result<Said, String>>, StoreError> {
    let mut found = found.into_iter();
    let mut next = || found.next().flatten();
    let copy = next().map(Versioned::<RecordState>::read).transpose()?;
    let gate = next().map(Versioned::<GateState>::read).transpose()?;
    let gate = gate.map(|it| it.state);
    let before = next().map(Versioned::<ExceptionsState>::read).transpose()?;
    let Some(copy) = copy else {
        let name = rules.model.name_of(asked.record);
        return Ok(Round::Nothing(Err(format!(
            "nothing is known of {name}: see how it is written in the CRM"
        ))));
    };
    let state = before.as_ref().map(|it| it.state.clone());
    let state = state.unwrap_or_default();
    let event = event(asked, now);
    let id: String = event.as_str().chars().take(ID).collect();
    let changed = match asked.change {
        Change::Grant(wanted) => {
            let of = (&copy.state.record, gate.as_ref());
            grant(rules, of, &state, (&id, wanted.clone()), now)
        }
        Change::End { id, by } => end(rules, &state, (id, by), now),
    };
    let (after, draft) = match changed {
        Ok(changed) => changed,
        Err(why) => return Ok(Round::Nothing(Err(why.to_string()))),
    };
    let said = Said {
        outcome: draft.outcome.clone(),
        move_again: matches!(asked.change, Change::Grant(wanted) if !wanted.criteria.is_empty())
            && gate.is_none_or(|gate| gate.held.is_none()),
    };
    let audit = draft.into_audit(
        Function::CommandLine,
        Subject::Record(asked.record.clone()),
        &Cause::command(event, "command.exception"),
        copy.state.sequence,
        &rules.model.revision,
        now,
    );
    let key = Key::exceptions(asked.record);
    let put = put_state(key, &after, before.as_ref(), after.indexes(asked.record));
    let unchanged = Check {
        key: Key::record(asked.record),
        version: copy.version,
    };
    let round = Round::writing(vec![put], Ok(said)).recorded(audit);
    Ok(round.only_with([unchanged]))
}

fn event(asked: Asked<'_>, now: Timestamp) -> EventId {
    let (at, process) = (now.as_nanosecond().to_string(), asked.process.to_string());
    let what = match asked.change {
        Change::Grant(wanted) => wanted.by.to_string(),
        Change::End { id, .. } => id.clone(),
    };
    EventId::of(&["exception", &asked.record.to_string(), &what, &at, &process])
}

/// The record that has the exception of this id; none if none has.
///
/// # Errors
/// If the table does not answer, or an item is malformed.
pub async fn record_of<S: Store>(table: &S, id: &str) -> Result<Option<RecordId>, StoreError> {
    let mut all = exceptions_in(table).await?.into_iter();
    let found = all.find(|(_, state)| state.granted.contains_key(id));
    Ok(found.map(|(record, _)| record))
}
