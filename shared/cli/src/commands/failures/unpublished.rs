//! What lies in the bucket: batches of the table's stream that event-publisher could not put on the bus.

use aws::{Bucket, Object};
use contracts::{Event, Function};
use event_publisher::{StreamEvent, audit_of};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::failure::{Failure, Kind, Place, id_of};
use crate::{commands::CouldNotRun, stack::Stack};

/// Of how many it is looked at what they hold. They are batches: of a long outage there are few.
const MOST: usize = 100;

/// What lies there, the oldest first, and what is to be said of that.
///
/// # Errors
/// If the bucket does not answer.
pub async fn gather(
    stack: &Stack,
    bucket: &Bucket,
) -> Result<(Vec<Failure>, Vec<String>), CouldNotRun> {
    let (listed, all) = stack.ask(bucket.list()).await?;
    let mut notes = Vec::new();
    if !all || listed.len() > MOST {
        notes.push(format!(
            "the bucket of unpublished events has more than the {MOST} that are looked at: `fairlead republish` puts a \
             whole window on the bus again"
        ));
    }
    let mut found = Vec::new();
    for object in listed.iter().take(MOST) {
        let text = stack.ask(bucket.read(&object.key)).await?;
        found.push(batch(object, &text));
    }
    found.sort_by_key(|it: &Failure| it.first);
    Ok((found, notes))
}

/// A batch as a failure.
pub fn batch(object: &Object, text: &str) -> Failure {
    let about: Value = serde_json::from_str(text).unwrap_or_default();
    let said = |name: &str| about.get("requestContext").and_then(|it| it.get(name));
    let condition = said("condition").and_then(Value::as_str);
    let (events, unreadable) = events_of(&about);
    let reason = match (unreadable, condition) {
        (0, Some(condition)) => format!("its events did not reach the bus ({condition})"),
        (0, None) => "its events did not reach the bus".to_owned(),
        (count, _) => format!("{count} of its audit records cannot be read"),
    };
    let first = events.first();
    let names: Vec<&str> = events.iter().map(Event::name).collect();
    Failure {
        id: id_of(Kind::Unpublished, "", &object.key),
        reason,
        function: Function::EventPublisher.to_string(),
        record: first
            .and_then(|it| it.record.as_ref())
            .map(crm::RecordId::name),
        event: match names.as_slice() {
            [] => "none".to_owned(),
            [one] => (*one).to_owned(),
            [one, rest @ ..] => format!("{one} and {} more", rest.len()),
        },
        first: object.at.parse::<Timestamp>().ok(),
        count: said("approximateInvokeCount")
            .and_then(Value::as_u64)
            .unwrap_or(1),
        revision: first.map(|it| it.revision.clone()),
        payload: json!({ "key": object.key, "events": events }),
        place: Place::Unpublished(object.key.clone(), events),
    }
}

/// The events of the audit records in a batch, and how many of these cannot be read.
fn events_of(about: &Value) -> (Vec<Event>, usize) {
    let batch = match about.get("payload") {
        Some(Value::String(text)) => serde_json::from_str(text).ok(),
        Some(other) => serde_json::from_value(other.clone()).ok(),
        None => serde_json::from_value(about.clone()).ok(),
    };
    let Some(StreamEvent { records }) = batch else {
        return (Vec::new(), 1);
    };
    let (mut events, mut unreadable) = (Vec::new(), 0_usize);
    for record in &records {
        match audit_of(record) {
            Ok(audit) => events.extend(audit.into_iter().flat_map(|it| it.events)),
            Err(_) => unreadable = unreadable.saturating_add(1),
        }
    }
    (events, unreadable)
}
