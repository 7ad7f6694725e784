//! Counts the open leads of everybody with a capacity anew: each night, and by each new model.

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{LoadState, RecountState, RoutingState, counted_for},
};
use crm::PersonId;
use decisions::{
    Rules,
    capacity::{AT_ONCE, Recounted, begun, due, recount},
};
use engine::{Clock, CycleError, Failure, Round, Table};
use jiff::Timestamp;
use store::{Store, Versioned, put_state};

/// Counts some of those who are to be counted at this tick, and marks how far that has come. Whoever is
/// counted twice is right the second time; whose leads change just now is counted at a later tick.
///
/// # Errors
/// If the table does not answer; the tick is then delivered again.
pub(crate) async fn tick<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    tick: &Event,
    now: Timestamp,
) -> Result<(), Failure> {
    let key = Key::recount();
    let read = table.store.get(std::slice::from_ref(&key)).await?;
    let before = read.iter().flatten().next().cloned();
    let before = before.map(Versioned::<RecountState>::read).transpose()?;
    let known = before.as_ref().map(|before| before.state.clone());
    let known = known.unwrap_or_default();
    let Some(recount) = due(rules, &known, now) else {
        return Ok(());
    };
    let mut done = Vec::new();
    let mut failed = Ok(());
    for person in recount.left.iter().take(AT_ONCE) {
        match count(table, rules, tick, person, now).await {
            Ok(true) => done.push(person.clone()),
            Ok(false) => {}
            // Who was counted is marked all the same, so that the next try goes on behind them.
            Err(why) => {
                failed = Err(why);
                break;
            }
        }
    }
    let after = begun(recount, &done);
    if after == known {
        return failed;
    }
    let version = before.as_ref().map(|before| before.version);
    let marked: Result<(), CycleError> = table
        .change_read(std::slice::from_ref(&key), read, |found| {
            let found = found.into_iter().flatten().next();
            // Another tick was faster, and counted the same people.
            if found.as_ref().map(|it| it.version) != version {
                return Ok(Round::Nothing(()));
            }
            let mark = put_state(key.clone(), &after, before.as_ref(), Indexes::default());
            Ok(Round::writing(vec![mark], ()))
        })
        .await;
    marked?;
    failed
}

/// Counts the open leads of one person, and puts right what is kept of it. Whether they are counted.
async fn count<S: Store, C: Clock>(
    table: &Table<S, C>,
    rules: &Rules,
    tick: &Event,
    person: &PersonId,
    now: Timestamp,
) -> Result<bool, Failure> {
    let found = table.store.of_person(&counted_for(person)).await?;
    let leads = found.iter().filter(|item| item.key.holds::<RoutingState>());
    let leads = u32::try_from(leads.count()).unwrap_or(u32::MAX);
    let key = Key::load(person);
    let counted: Result<bool, CycleError> = table
        .change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<LoadState>::read).transpose()?;
            let state = before.as_ref().map(|before| &before.state);
            let (draft, load) = match recount(rules, person, state, leads, now) {
                Recounted::Right => return Ok(Round::Nothing(true)),
                Recounted::NotYet => return Ok(Round::Nothing(false)),
                Recounted::Wrong(draft, load) => (draft, load),
            };
            let id = EventId::of(&["recount", person.as_str(), tick.id.as_str()]);
            let audit = draft.into_audit(
                Function::LeadRouting,
                Subject::Person(person.clone()),
                &Cause::of(tick).known_as(id),
                0,
                &rules.model.revision,
                now,
            );
            let decided = Key::audit(&audit.subject, &audit.decision);
            let put = put_state(key.clone(), &load, before.as_ref(), Indexes::default());
            Ok(Round::writing(vec![put], true)
                .recorded(audit)
                .unless(decided, true))
        })
        .await;
    Ok(counted?)
}
