use contracts::{
    AuditRecord, Event, EventData, EventId, Function, Indexes, Key, Subject,
    state::{Absence, AbsencesState},
};
use crm::PersonId;
use decisions::{
    Rules,
    absences::{AbsenceError, Changed, back, cancel, enter},
};
use jiff::Timestamp;
use store::{CommitError, Store, Transaction, audit_put, put_state};

use crate::commands::absences::absences;

/// How often a lost race is run again: two people entering absences at the same moment.
const ATTEMPTS: u32 = 5;

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
pub async fn change<S: Store>(
    store: &S,
    rules: &Rules,
    person: &PersonId,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Result<Changed, AbsenceError>, CommitError> {
    let mut lost = CommitError::Contended;
    for _ in 0..ATTEMPTS {
        let (before, state) = absences(store).await?;
        let changed = match decide(rules, &state, person, wanted, now) {
            Ok(changed) => changed,
            Err(why) => return Ok(Err(why)),
        };
        let audit = audit(rules, person, &changed, now);
        let item = put_state(
            Key::absences(),
            &changed.absences,
            before.as_ref(),
            Indexes::default(),
        )?;
        let transaction = Transaction {
            puts: vec![item, audit_put(&audit)?],
            checks: Vec::new(),
        };
        match store.commit(transaction).await {
            Ok(()) => return Ok(Ok(changed)),
            Err(why @ (CommitError::Stale(_) | CommitError::Contended)) => lost = why,
            Err(why) => return Err(why),
        }
    }
    Err(lost)
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
    let command = Event {
        id: id.clone(),
        version: Event::VERSION,
        time: now,
        record: None,
        sequence: 0,
        revision: revision.clone(),
        causation: None,
        correlation: id,
        data: EventData::Tick { at: now },
    };
    let draft = changed.draft.clone();
    let subject = Subject::Person(person.clone());
    let audit = draft.into_audit(Function::CommandLine, subject, &command, 0, revision, now);
    AuditRecord {
        event_name: "command.away".to_owned(),
        ..audit
    }
}
