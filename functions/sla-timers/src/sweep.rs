use contracts::{EventId, Indexes, Key, SHARDS};
use engine::{Bus, Clock, CycleError, Failure, Round, Table};
use jiff::Timestamp;
use model::OperatingModel;
use serde::{Deserialize, Serialize};
use store::{Item, Put, Store, StoreError, Versioned, put_state};

use crate::walk::Walk;

/// By which calendars the running clocks were last looked at.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Swept {
    /// Of the calendars' content.
    calendars: String,
    /// The model's revision in which they first stood.
    revision: u64,
    /// When.
    at: Timestamp,
}

/// Sends every running clock through the queue once after the calendars of the model have changed,
/// so that a due time which moves to an earlier instant is not found out at the later one. A part of
/// each shard is sent at once, with an event that sends on the rest; that it has begun is then
/// recorded, guarded by the record's version. A sweep that dies before is begun again, and a clock
/// that is looked at twice does not move twice.
///
/// The same calendars cost one read, and others no second one: what was read is what the record is
/// guarded by, and it is read again only if another process was faster. A process with an older model
/// leaves the record alone.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub(crate) async fn sweep<S: Store, C: Clock, B: Bus>(
    table: &Table<S, C>,
    bus: &B,
    walk: &Walk<'_>,
    calendars: &str,
) -> Result<(), Failure> {
    let key = Key::sweep();
    let read = table.store.get(std::slice::from_ref(&key)).await?;
    if swept(read.first().cloned().flatten(), walk, calendars)?.is_none() {
        return Ok(());
    }
    for shard in 0..SHARDS {
        let part = walk
            .part(&table.store, &format!("due#{shard}"), None)
            .await?;
        walk.send(bus, part.items, part.rest).await?;
    }
    let recorded: Result<(), CycleError> = table
        .change_read(std::slice::from_ref(&key), read, |found| {
            let Some(put) = swept(found.into_iter().next().flatten(), walk, calendars)? else {
                // Another process has just done the same.
                return Ok(Round::Nothing(()));
            };
            Ok(Round::writing(vec![put], ()))
        })
        .await;
    Ok(recorded?)
}

/// The record that these calendars were swept; none if they were, or a newer model's.
fn swept(
    before: Option<Item>,
    walk: &Walk<'_>,
    calendars: &str,
) -> Result<Option<Put>, StoreError> {
    let before = before.map(Versioned::<Swept>::read).transpose()?;
    if let Some(before) = &before
        && (before.state.calendars == calendars || before.state.revision > walk.revision.number)
    {
        return Ok(None);
    }
    let swept = Swept {
        calendars: calendars.to_owned(),
        revision: walk.revision.number,
        at: walk.at,
    };
    let put = put_state(Key::sweep(), &swept, before.as_ref(), Indexes::default());
    Ok(Some(put))
}

/// What tells one state of the calendars from another.
pub(crate) fn fingerprint(model: &OperatingModel) -> Result<String, Failure> {
    let specs: Vec<_> = model
        .calendars
        .iter()
        .map(|(name, calendar)| (name, &calendar.spec))
        .collect();
    let text = serde_json::to_string(&specs).map_err(|why| Failure::Final(why.to_string()))?;
    Ok(EventId::of(&["calendars", &text]).as_str().to_owned())
}
