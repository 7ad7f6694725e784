use contracts::{EventId, Indexes, Key, SHARDS};
use engine::{Bus, Clock, CycleError, Failure, LONGEST_AHEAD, Round, Table};
use jiff::Timestamp;
use model::OperatingModel;
use serde::{Deserialize, Serialize};
use store::{Item, Put, Store, StoreError, Versioned, put_state};

use crate::walk::Walk;

/// By which calendars the running clocks were last looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Swept {
    /// Of the calendars' content.
    calendars: String,
    /// The number of the deployment that brought them.
    revision: u64,
    /// When, by the machine's time: which deployment is there is about machines.
    at: Timestamp,
}

/// Sends every running clock through the queue once after the calendars of the model have changed,
/// so that a due time which moves to an earlier instant is not found out at the later one. A part of
/// each shard is sent at once, with an event that sends on the rest; that it has begun is then
/// recorded, guarded by the record's version. A sweep that dies before is begun again, and a clock
/// that is looked at twice does not move twice.
///
/// The same calendars cost one read, and others no second one: what was read is what the record is
/// guarded by, and it is read again only if another process was faster. A process of an earlier deployment
/// than the record's leaves it alone as long as both may run side by side; a later tick asks again, since
/// the later deployment may be taken back by the cloud.
///
/// Whether the clocks stand by these calendars now is returned.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub(crate) async fn sweep<S: Store, C: Clock, B: Bus>(
    table: &Table<S, C>,
    bus: &B,
    walk: &Walk<'_>,
    calendars: &str,
) -> Result<bool, Failure> {
    let key = Key::sweep();
    let look = |found| swept(found, walk, calendars, table.clock.now());
    let read = table.store.get(std::slice::from_ref(&key)).await?;
    match look(read.first().cloned().flatten())? {
        Standing::Swept => return Ok(true),
        Standing::OfLater => return Ok(false),
        Standing::Due(_) => {}
    }
    for shard in 0..SHARDS {
        let part = walk
            .part(&table.store, &format!("due#{shard}"), None)
            .await?;
        walk.send(bus, part.items, part.rest).await?;
    }
    let recorded: Result<bool, CycleError> = table
        .change_read(std::slice::from_ref(&key), read, |found| {
            Ok(match look(found.into_iter().next().flatten())? {
                Standing::Due(put) => Round::writing(vec![*put], true),
                // Another process has just done the same, or one of a later deployment.
                Standing::Swept => Round::Nothing(true),
                Standing::OfLater => Round::Nothing(false),
            })
        })
        .await;
    Ok(recorded?)
}

/// By whose calendars the clocks stand.
enum Standing {
    /// By these.
    Swept,
    /// By those of a later deployment, which may be there beside this one.
    OfLater,
    /// By others: a sweep is due, and this records it.
    Due(Box<Put>),
}

fn swept(
    before: Option<Item>,
    walk: &Walk<'_>,
    calendars: &str,
    now: Timestamp,
) -> Result<Standing, StoreError> {
    let before = before.map(Versioned::<Swept>::read).transpose()?;
    if let Some(Versioned { state, .. }) = &before {
        if state.calendars == calendars {
            return Ok(Standing::Swept);
        }
        let later = state.revision > walk.revision.number;
        if later && now.duration_since(state.at) < LONGEST_AHEAD {
            return Ok(Standing::OfLater);
        }
    }
    let swept = Swept {
        calendars: calendars.to_owned(),
        revision: walk.revision.number,
        at: now,
    };
    let put = put_state(Key::sweep(), &swept, before.as_ref(), Indexes::default());
    Ok(Standing::Due(Box::new(put)))
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
