use contracts::{
    Cause, Event, EventData, EventId, ExceptionAnswered, Function, Key, Subject,
    state::{ExceptionsState, GateState, RecordState},
};
use crm::RecordId;
use decisions::{
    Rules,
    exceptions::{Wanted, grant},
};
use engine::{Bus, CycleError, Failure, Round, Table};
use jiff::Timestamp;
use model::Revision;
use store::{Check, Item, Versioned, put_state};

use super::{Answer, Functions, Run};
use crate::ports::Ports;

impl Functions {
    /// Begins to grant an exception, at the command line or by a link.
    pub(crate) fn except(&self, record: &RecordId, wanted: Wanted, now: Timestamp) -> Run {
        let table = Table::new(self.ports.clone(), self.ports.clone());
        let (rules, record) = (self.rules.clone(), record.clone());
        Box::pin(async move {
            if is_by_link(&wanted) {
                return Answer::of(answer(&table.store, &record, wanted, now).await);
            }
            let granted = granted(&table, &rules, (&record, &wanted), now).await;
            Answer::of(granted.map_err(Failure::from))
        })
    }
}

/// Every other one is granted by a link.
fn is_by_link(wanted: &Wanted) -> bool {
    wanted.until.as_second() % 2 == 0
}

/// Puts on the bus that somebody grants it, as the page of a link does.
async fn answer(
    ports: &Ports,
    record: &RecordId,
    wanted: Wanted,
    now: Timestamp,
) -> Result<(), Failure> {
    let id = EventId::of(&["link", &record.to_string(), &now.to_string()]);
    let data = EventData::ExceptionAnswered(ExceptionAnswered {
        of: wanted
            .criteria
            .into_iter()
            .chain(wanted.deviations)
            .collect(),
        asked_by: wanted.by.clone(),
        by: wanted.by,
        until: Some(wanted.until),
        reason: wanted.reason.unwrap_or_default(),
    });
    let event = Event::new(id, now, &Revision::default(), data).about(record.clone(), 0);
    ports.publish(std::slice::from_ref(&event)).await?;
    Ok(())
}

/// Grants an exception, as `fairlead exception` does. What makes no sense then is refused, and that is all.
async fn granted(
    table: &Table<Ports, Ports>,
    rules: &Rules,
    (record, wanted): (&RecordId, &Wanted),
    now: Timestamp,
) -> Result<(), CycleError> {
    let keys = [
        Key::record(record),
        Key::gate(record),
        Key::exceptions(record),
    ];
    let decide = |found: Vec<Option<Item>>| {
        let mut found = found.into_iter();
        let mut next = || found.next().flatten();
        let copy = next().map(Versioned::<RecordState>::read).transpose()?;
        let gate = next().map(Versioned::<GateState>::read).transpose()?;
        let before = next().map(Versioned::<ExceptionsState>::read).transpose()?;
        let Some(copy) = copy else {
            return Ok(Round::Nothing(()));
        };
        let state = before.as_ref().map(|it| it.state.clone());
        let state = state.unwrap_or_default();
        let of = (&copy.state.record, gate.as_ref().map(|it| &it.state));
        let event = EventId::of(&["exception", &record.to_string(), &now.to_string()]);
        let asked = (event.as_str(), wanted.clone());
        let Ok((after, draft)) = grant(rules, of, &state, asked, now) else {
            return Ok(Round::Nothing(()));
        };
        let audit = draft.into_audit(
            Function::CommandLine,
            Subject::Record(record.clone()),
            &Cause::command(event, "command.exception"),
            copy.state.sequence,
            &rules.model.revision,
            now,
        );
        let key = Key::exceptions(record);
        let put = put_state(key, &after, before.as_ref(), after.indexes(record));
        let unchanged = Check {
            key: Key::record(record),
            version: copy.version,
        };
        let round = Round::writing(vec![put], ()).recorded(audit);
        Ok(round.only_with([unchanged]))
    };
    table.change(&keys, decide).await
}
