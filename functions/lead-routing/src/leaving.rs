//! Goes through the open records of whoever has left, once: by the index over persons, some at a time.

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{AbsencesState, LeaversState, RecordState, owned_by},
};
use crm::Record;
use decisions::{
    Rules,
    leavers::{AT_ONCE, Leaver, due, tell},
};
use engine::{Clock, CycleError, Failure, Round, Table};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned, put_state, read_or_default};

/// How many parts of all that is to be told one tick tells at most.
const PARTS: usize = 10;

/// Tells of some of the records of those who have left, and marks how far that has come in the same
/// transaction. A tick at rest reads two items, and nothing where the model says nothing of leavers.
///
/// # Errors
/// If the table does not answer; the tick is then delivered again.
pub(crate) async fn tick<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    tick: &Event,
    now: Timestamp,
) -> Result<(), Failure> {
    if rules.model.leavers.is_empty() {
        return Ok(());
    }
    let mut found: Option<(Leaver, Vec<Record>)> = None;
    for _ in 0..PARTS {
        let keys = [Key::leavers(), Key::absences()];
        let mut read = table.store.get(&keys).await?.into_iter();
        let before = read.next().flatten();
        let before = before.map(Versioned::<LeaversState>::read).transpose()?;
        let known = before.map(|before| before.state).unwrap_or_default();
        let absences: AbsencesState = read_or_default(read.next().as_ref())?;
        let rules = &rules.without_archived(&absences);
        let Some(leaver) = due(rules, &known, now) else {
            return Ok(());
        };
        let records = match found.take() {
            Some((of, records)) if of.person == leaver.person => records,
            _ => records_of(table, &leaver).await?,
        };
        part(table, rules, (tick, &leaver), &records, now).await?;
        found = Some((leaver, records));
    }
    Ok(())
}

/// Our copies of what is theirs, in the order of their ids.
async fn records_of<S: Store, C: Clock>(
    table: &Table<S, C>,
    leaver: &Leaver,
) -> Result<Vec<Record>, Failure> {
    let items = table.store.of_person(&owned_by(&leaver.person)).await?;
    let copies = items
        .into_iter()
        .filter(|item| item.key.holds::<RecordState>());
    let read = |item: Item| Ok(Versioned::<RecordState>::read(item)?.state.record);
    let records: Result<Vec<Record>, StoreError> = copies.map(read).collect();
    let mut records = records?;
    records.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(records)
}

/// Tells of the next of them.
async fn part<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    (tick, leaver): (&Event, &Leaver),
    records: &[Record],
    now: Timestamp,
) -> Result<(), Failure> {
    let behind = records
        .iter()
        .filter(|it| Some(&it.id) > leaver.after.as_ref());
    let mut next: Vec<Record> = behind.take(AT_ONCE.saturating_add(1)).cloned().collect();
    let more = next.len() > AT_ONCE;
    next.truncate(AT_ONCE);
    let key = Key::leavers();
    let told: Result<(), CycleError> = table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<LeaversState>::read).transpose()?;
            let known = before.as_ref().map(|before| before.state.clone());
            let known = known.unwrap_or_default();
            if due(rules, &known, now).as_ref() != Some(leaver) {
                // Another tick was faster, and told of the same.
                return Ok(Round::Nothing(()));
            }
            let (draft, after) = tell(rules, &known, leaver, (&next, more), now);
            let mark = put_state(key.clone(), &after, before.as_ref(), Indexes::default());
            let round = Round::writing(vec![mark], ());
            let Some(draft) = draft else {
                return Ok(round);
            };
            let after = leaver.after.as_ref().map(ToString::to_string);
            let part = after.unwrap_or_default();
            let id = EventId::of(&["leaver", leaver.person.as_str(), &part, tick.id.as_str()]);
            let audit = draft.into_audit(
                Function::LeadRouting,
                Subject::Person(leaver.person.clone()),
                &Cause::of(tick).known_as(id),
                0,
                &rules.model.revision,
                now,
            );
            let decided = Key::audit(&audit.subject, &audit.decision);
            Ok(round.recorded(audit).unless(decided, ()))
        })
        .await;
    Ok(told?)
}
