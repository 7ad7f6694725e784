use contracts::{Cause, Event, EventData, EventId};
use crm::RecordId;
use jiff::Timestamp;
use model::Revision;

/// An event about a record. The same record, time and name give the same id.
#[must_use]
pub fn upon(record: &RecordId, time: Timestamp, data: EventData) -> Event {
    let id = EventId::of(&[&record.to_string(), &time.to_string(), data.name()]);
    let revision = Revision {
        number: 1,
        hash: "0".to_owned(),
    };
    Event::new(id, time, &revision, data).about(record.clone(), 1)
}

/// The same event as one that another led to.
#[must_use]
pub fn caused_by(event: Event, cause: &Event) -> Event {
    event.because_of(&Cause::of(cause))
}
