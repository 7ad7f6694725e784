use std::future::Future;

use aws::Bus;
use contracts::{Event, EventData, EventId, Keeper, SHARDS};
use jiff::Timestamp;
use lambda_shell::Failure;
use operating_model::Revision;
use store::{DueItem, Store};

/// How many deadlines one tick sends on from one shard. What is left over is still due at the next
/// tick, a minute later. A burst of this size drains at once even if it lies on a single shard.
const AT_ONCE: usize = 10_000;

/// How many deadlines are given to the bus at a time, so that a tick which dies has sent on the
/// longest due.
const TOGETHER: usize = 500;

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
/// id at the same tick, so that a tick which is delivered twice is acted upon once. At another tick
/// it has another: a due time can be moved away by a calendar and moved back, and must not then be
/// taken for the one that was dealt with. What a tick finds once more is judged by the state alone.
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
    let mut due = Vec::new();
    for shard in 0..SHARDS {
        due.extend(store.due(&format!("due#{shard}"), at, AT_ONCE).await?);
    }
    // After an outage what was due first is done first, whatever shard it lies on.
    due.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    let events: Vec<Event> = due
        .into_iter()
        .filter_map(|item| deadline(item, tick, revision, at, &[]))
        .collect();
    send(bus, &events).await
}

/// Gives events to the bus, a part at a time.
pub(crate) async fn send<P: Publisher>(bus: &P, events: &[Event]) -> Result<(), Failure> {
    for part in events.chunks(TOGETHER) {
        bus.publish(part).await?;
    }
    Ok(())
}

/// The event that says a deadline is to be looked at. The same deadline, for the same further
/// reason, has the same id however often the same tick is delivered.
pub(crate) fn deadline(
    item: DueItem,
    tick: &Event,
    revision: &Revision,
    at: Timestamp,
    reason: &[&str],
) -> Option<Event> {
    let keeper = match item.key.sk.as_str() {
        "clocks" => Keeper::Clocks,
        "deviations" => Keeper::Deviations,
        _ => return None,
    };
    let record = item.key.pk.strip_prefix("R#")?.parse().ok()?;
    let (due, tick_at) = (item.due.to_string(), at.to_string());
    let mut parts = vec!["deadline.due", &item.key.pk, keeper.word(), &due, &tick_at];
    parts.extend(reason);
    let id = EventId::of(&parts);
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
