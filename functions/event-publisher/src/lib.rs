//! The table's stream → the bus. Each new audit record carries the events that follow from it;
//! they are put on the bus here, and nowhere else. It decides nothing and writes nothing.

mod records;

#[cfg(test)]
mod tests;

use contracts::Event;
use engine::{Bus, BusError};

pub use records::{StreamEvent, StreamRecord, UnreadableRecord, audit_of};

/// Publishes the events of a batch of the stream, in its order, and says how many there were.
///
/// A batch goes out together. The same events have the same ids, so whoever got one already will
/// know it.
///
/// # Errors
/// If a record cannot be read, or the bus refuses an event. The whole batch is then delivered
/// again, in halves, until the record that fails stands alone. A partial answer would spare the
/// others the repetition; but an emulator that ignores it moves past the batch and loses events,
/// and a repetition costs nothing but the requests.
pub async fn publish<B: Bus>(bus: &B, batch: StreamEvent) -> Result<usize, PublishError> {
    let mut audits = Vec::new();
    for record in &batch.records {
        let audit = audit_of(record).map_err(|why| PublishError::Unreadable {
            sequence: record.sequence_number().to_owned(),
            why: why.to_string(),
        })?;
        audits.extend(audit);
    }
    let events: Vec<Event> = audits.into_iter().flat_map(|audit| audit.events).collect();
    publish_events(bus, &events).await?;
    Ok(events.len())
}

/// Publishes the events of audit records, in their order: [`publish`] for a host whose stream is not
/// DynamoDB's.
///
/// # Errors
/// If the bus refuses an event; all of them must then be told again.
pub async fn publish_events<B: Bus>(bus: &B, events: &[Event]) -> Result<(), BusError> {
    if events.is_empty() {
        return Ok(());
    }
    bus.publish(events).await
}

/// Why a batch of the stream was not published.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PublishError {
    /// An audit record is not what we write.
    #[error("the audit record at {sequence} of the stream cannot be read: {why}")]
    Unreadable {
        /// Its place in the stream.
        sequence: String,
        /// Why.
        why: String,
    },
    /// The bus did not take every event.
    #[error(transparent)]
    Bus(#[from] BusError),
}
