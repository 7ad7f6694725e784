use contracts::SHARDS;
use engine::{Bus, Failure};
use store::Store;

use crate::walk::Walk;

/// Sends the deadlines that are due through the queue, like any other event, the longest
/// due first. Reads each shard once; of a shard with more than it sends on at a time, the rest
/// follow with events of their own. A tick that was missed heals with the next. The same deadline
/// always has the same id at the same tick, so that a tick which is delivered twice is acted upon
/// once. At another tick it has another: a due time can be moved away by a calendar and moved back,
/// and must not then be taken for the one that was dealt with. What a tick finds once more is
/// judged by the state alone.
///
/// # Errors
/// If the table or the bus does not answer; the tick is then delivered again.
pub(crate) async fn tick<S: Store, B: Bus>(
    store: &S,
    bus: &B,
    walk: &Walk<'_>,
) -> Result<(), Failure> {
    let mut due = Vec::new();
    let mut rest = Vec::new();
    for shard in 0..SHARDS {
        let part = walk.part(store, &format!("due#{shard}"), None).await?;
        due.extend(part.items);
        rest.extend(part.rest);
    }
    // After an outage what was due first is done first, whatever shard it lies on.
    due.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    walk.send(bus, due, rest).await
}
