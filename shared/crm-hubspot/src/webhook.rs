//! The body of a webhook: a list of events, each of which names a record and at most one
//! property. It says "look at this record" and no more: values are never kept.
//!
//! Events come in batches, in any order, and more than once. One event that cannot be read is
//! set aside with its reason; it never spoils the others.

mod batch;
mod event;

use serde_json::Value;

use engine::webhooks::{BodyError, Limits};

use crate::json;

pub use batch::{Batch, MOST_RECORDS, Noticed, Quarantined, Reason};

/// Reads the body of a webhook for the portal whose events we accept. A single event outside a
/// list is tolerated.
///
/// Check the signature first: this trusts the body to come from `HubSpot`.
///
/// # Errors
/// A [`BodyError`] if nothing in the body can be read. What is wrong with one event alone is in
/// [`Batch::quarantined`].
pub fn parse(body: &[u8], portal: &str, limits: Limits) -> Result<Batch, BodyError> {
    if body.len() > limits.bytes {
        return Err(BodyError::TooLarge {
            bytes: body.len(),
            limit: limits.bytes,
        });
    }
    let text = String::from_utf8_lossy(body);
    let events = events(body, &text)?;
    if events.len() > limits.events {
        return Err(BodyError::TooManyEvents {
            events: events.len(),
            limit: limits.events,
        });
    }
    let mut batch = Batch::default();
    for event in &events {
        let reading = match event {
            Ok(event) => event::read(event, portal),
            Err(spoiled) => event::read_spoiled(spoiled, portal),
        };
        match reading {
            event::Reading::Foreign => batch.foreign += 1,
            event::Reading::Noticed(records) => batch.noticed.extend(records),
            event::Reading::Quarantined(event) => batch.quarantined.push(event),
        }
    }
    Ok(batch)
}

/// The events of a body. If one of them cannot be read as JSON, which must not cost the others, it stands there
/// as it is written.
fn events<'a>(body: &[u8], text: &'a str) -> Result<Vec<Result<Value, &'a str>>, BodyError> {
    let error = match json::parse(body) {
        Ok(Value::Array(events)) => return Ok(events.into_iter().map(Ok).collect()),
        Ok(value @ Value::Object(_)) => return Ok(vec![Ok(value)]),
        Ok(_) => return Err(BodyError::NotAList),
        Err(error) => error,
    };
    let broken = BodyError::NotJson {
        line: error.line(),
        column: error.column(),
    };
    let parts = json::elements(text).ok_or_else(|| broken.clone())?;
    let each = parts.into_iter().map(|part| {
        let read = json::parse(part.as_bytes()).map_err(|_| part);
        let event = read.is_ok() || json::members(part).is_some();
        event.then_some(read).ok_or_else(|| broken.clone())
    });
    each.collect()
}
