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
    let value: Value = json::parse(body).map_err(|error| BodyError::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let events = match value {
        Value::Array(events) => events,
        Value::Object(_) => vec![value],
        _ => return Err(BodyError::NotAList),
    };
    if events.len() > limits.events {
        return Err(BodyError::TooManyEvents {
            events: events.len(),
            limit: limits.events,
        });
    }
    let mut batch = Batch::default();
    for event in &events {
        match event::read(event, portal) {
            event::Reading::Foreign => batch.foreign += 1,
            event::Reading::Noticed(records) => batch.noticed.extend(records),
            event::Reading::Quarantined(event) => batch.quarantined.push(event),
        }
    }
    Ok(batch)
}
