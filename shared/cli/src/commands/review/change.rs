use contracts::{Cause, EventId, Function, Indexes, Key, Subject, state::MinutesState};
use crm::PersonId;
use decisions::{
    Rules,
    reviews::{MinutesError, Wanted, record},
};
use engine::{Clock, CycleError, Round, Table};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned, put_state};

/// What is asked, and of which review.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The review's name.
    pub review: &'a str,
    /// Who wants it.
    pub by: &'a PersonId,
    /// What.
    pub wanted: &'a Wanted,
    /// The command's process, so that every command is a happening of its own.
    pub process: u32,
}

/// Decides, and commits the minutes of the review together with an audit record of whoever wants it. Somebody else's
/// change at the same moment is kept.
///
/// # Errors
/// If the table does not answer; inside, why it is refused.
pub async fn change<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    asked: Asked<'_>,
    now: Timestamp,
) -> Result<Result<String, MinutesError>, CycleError> {
    let key = Key::minutes(asked.review);
    table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            Ok(round(rules, asked, before, now)?)
        })
        .await
}

fn round(
    rules: &Rules,
    asked: Asked<'_>,
    before: Option<Item>,
    now: Timestamp,
) -> Result<Round<Result<String, MinutesError>>, StoreError> {
    let before = before.map(Versioned::<MinutesState>::read).transpose()?;
    let empty = MinutesState::default();
    let state = before.as_ref().map_or(&empty, |before| &before.state);
    let (draft, after) = match record(rules, asked.review, state, (asked.by, asked.wanted), now) {
        Ok(recorded) => recorded,
        Err(why) => return Ok(Round::Nothing(Err(why))),
    };
    let outcome = draft.outcome.clone();
    let (at, process) = (now.as_nanosecond().to_string(), asked.process.to_string());
    let id = EventId::of(&["review", asked.review, asked.by.as_str(), &at, &process]);
    let audit = draft.into_audit(
        Function::CommandLine,
        Subject::Person(asked.by.clone()),
        &Cause::command(id, "command.review"),
        0,
        &rules.model.revision,
        now,
    );
    let key = Key::minutes(asked.review);
    let put = put_state(key, &after, before.as_ref(), Indexes::default());
    Ok(Round::writing(vec![put], Ok(outcome)).recorded(audit))
}
