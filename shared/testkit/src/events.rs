use contracts::{Event, EventData, EventId};
use crm::RecordId;
use jiff::Timestamp;
use model::Revision;

/// An event about a record. The same record, time and name give the same id.
#[must_use]
pub fn upon(record: &RecordId, time: Timestamp, data: EventData) -> Event {
    let id = EventId::of(&[&record.to_string(), &time.to_string(), data.name()]);
    Event {
        id: id.clone(),
        version: Event::VERSION,
        time,
        record: Some(record.clone()),
        sequence: 1,
        revision: Revision {
            number: 1,
            hash: "0".to_owned(),
        },
        causation: None,
        correlation: id,
        data,
    }
}

/// The same event as one that another led to.
#[must_use]
pub fn caused_by(mut event: Event, cause: &Event) -> Event {
    event.causation = Some(cause.id.clone());
    event.correlation = cause.correlation.clone();
    event
}
