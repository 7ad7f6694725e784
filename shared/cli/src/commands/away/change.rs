use contracts::{
    AuditRecord, Cause, EventId, Function, Indexes, Key, Subject,
    state::{Absence, AbsencesState},
};
use crm::PersonId;
use decisions::{
    Rules,
    absences::{AbsenceError, Changed, back, cancel, enter},
};
use engine::{Clock, CycleError, Round, Table};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned, put_state};

/// What somebody wants changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// The person is away then.
    Enter(Absence),
    /// They are back since then.
    Back(Timestamp),
    /// They are not away after all.
    Cancel(Option<Timestamp>),
}

/// Decides, and commits the item of the whole company together with an audit record, whose event
/// then reaches the clocks. Somebody else's change at the same moment is kept.
///
/// # Errors
/// If the table does not answer; inside, if what is wanted makes no sense.
pub async fn change<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    person: &PersonId,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Result<Changed, AbsenceError>, CycleError> {
    let key = Key::absences();
    table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            Ok(round(rules, person, wanted, before, now)?)
        })
        .await
}

fn round(
    rules: &Rules,
    person: &PersonId,
    wanted: &Wanted,
    before: Option<Item>,
    now: Timestamp,
) -> Result<Round<Result<Changed, AbsenceError>>, StoreError> {
    let before = before.map(Versioned::<AbsencesState>::read).transpose()?;
    let empty = AbsencesState::default();
    let state = before.as_ref().map_or(&empty, |before| &before.state);
    let changed = match decide(rules, state, person, wanted, now) {
        Ok(changed) => changed,
        Err(why) => return Ok(Round::Nothing(Err(why))),
    };
    let audit = audit(rules, person, &changed, now);
    let item = put_state(
        Key::absences(),
        &changed.absences,
        before.as_ref(),
        Indexes::default(),
    );
    Ok(Round::writing(vec![item], Ok(changed)).recorded(audit))
}

fn decide(
    rules: &Rules,
    before: &AbsencesState,
    person: &PersonId,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Changed, AbsenceError> {
    match wanted {
        Wanted::Enter(absence) => enter(rules, before, person, absence.clone(), now),
        Wanted::Back(at) => back(rules, before, person, *at, now),
        Wanted::Cancel(from) => cancel(rules, before, person, *from, now),
    }
}

/// The audit record of a command. Every command is a happening of its own, even one that says the
/// same again.
fn audit(rules: &Rules, person: &PersonId, changed: &Changed, now: Timestamp) -> AuditRecord {
    let process = std::process::id().to_string();
    let id = EventId::of(&[
        "away",
        person.as_str(),
        &now.as_nanosecond().to_string(),
        &process,
        &changed.draft.outcome,
    ]);
    let revision = &rules.model.revision;
    let draft = changed.draft.clone();
    let subject = Subject::Person(person.clone());
    let command = Cause::command(id, "command.away");
    draft.into_audit(Function::CommandLine, subject, &command, 0, revision, now)
}
