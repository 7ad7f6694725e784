use std::future::Future;

use aws::Bus;
use contracts::{Event, EventData, EventId, Keeper, SHARDS};
use jiff::Timestamp;
use lambda_shell::Failure;
use operating_model::Revision;
use store::{DueItem, Store};

/// How many deadlines one tick sends on from one shard. What is left over is still due at the next
/// tick, a minute later: 4 shards of 2,500 are 10,000 a minute.
const AT_ONCE: usize = 2_500;

/// Puts events on the bus.
pub trait Publisher: Send + Sync {
    /// Puts all of these events on the bus.
    ///
    /// # Errors
    /// If one of them was not accepted.
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), Failure>> + Send;
}

impl Publisher for Bus {
    async fn publish(&self, events: &[Event]) -> Result<(), Failure> {
        let outcome = Self::publish(self, events).await;
        let outcome = outcome.map_err(|why| Failure::Later(why.to_string()))?;
        match outcome.refused() {
            None => Ok(()),
            Some((count, why)) => Err(Failure::Later(format!(
                "the bus refused {count} of {} deadlines: {why}",
                events.len()
            ))),
        }
    }
}

/// Sends every deadline that is due at `at` through the queue, like any other event. Reads each
/// shard once; a tick that was missed heals with the next. The same deadline always has the same
/// id, so that a deadline which is sent twice is acted upon once.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub async fn tick<S: Store, P: Publisher>(
    store: &S,
    bus: &P,
    tick: &Event,
    revision: &Revision,
    at: Timestamp,
) -> Result<(), Failure> {
    for shard in 0..SHARDS {
        let due = store.due(&format!("due#{shard}"), at, AT_ONCE).await?;
        let events: Vec<Event> = due
            .into_iter()
            .filter_map(|item| deadline(item, tick, revision, at))
            .collect();
        if !events.is_empty() {
            bus.publish(&events).await?;
        }
    }
    Ok(())
}

fn deadline(item: DueItem, tick: &Event, revision: &Revision, at: Timestamp) -> Option<Event> {
    let keeper = match item.key.sk.as_str() {
        "clocks" => Keeper::Clocks,
        "deviations" => Keeper::Deviations,
        _ => return None,
    };
    let record = item.key.pk.strip_prefix("R#")?.parse().ok()?;
    let id = EventId::of(&[
        "deadline.due",
        &item.key.pk,
        keeper.word(),
        &item.due.to_string(),
    ]);
    Some(Event {
        id: id.clone(),
        version: Event::VERSION,
        time: at,
        record: Some(record),
        sequence: 0,
        revision: revision.clone(),
        causation: Some(tick.id.clone()),
        correlation: id,
        data: EventData::DeadlineDue {
            keeper,
            due: item.due,
            at,
        },
    })
}
