//! What is shown of a message: an event of ours as it is, since it carries no personal value; of anything else only
//! its shape.

use contracts::Event;
use serde_json::{Map, Value};

/// A message of the bus, as far as it can be read.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// The event in it, if it is one of ours.
    pub event: Option<Event>,
    /// The event's name by the envelope.
    pub name: String,
    /// What may be shown of it.
    pub payload: Value,
}

/// Reads a message of a queue that the bus feeds.
pub fn read(body: &str) -> Read {
    let Ok(envelope) = serde_json::from_str::<Value>(body) else {
        let payload = Value::String(format!("no JSON: a text of {} bytes", body.len()));
        return Read {
            event: None,
            name: "unreadable".to_owned(),
            payload,
        };
    };
    let name = envelope.get("detail-type").and_then(Value::as_str);
    let name = name.map_or("unreadable", |name| match name {
        "Scheduled Event" => "tick",
        other => other,
    });
    let detail = envelope.get("detail").cloned().unwrap_or(Value::Null);
    let event = serde_json::from_value::<Event>(detail.clone()).ok();
    let payload = match &event {
        Some(_) => detail,
        None => shape(&envelope),
    };
    let plain = |it: char| it.is_ascii_lowercase() || matches!(it, '.' | '_');
    let name = if name.chars().all(plain) {
        name
    } else {
        "unreadable"
    };
    Read {
        event,
        name: name.to_owned(),
        payload,
    }
}

/// A value without what it says: of a text its length, of a number that it is one.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::Null | Value::Bool(_) => value.clone(),
        Value::Number(_) => Value::String("a number".to_owned()),
        Value::String(text) => Value::String(format!("a text of {}", text.chars().count())),
        Value::Array(all) => Value::Array(all.iter().map(shape).collect()),
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, value)| (name.clone(), shape(value)));
            Value::Object(fields.collect::<Map<_, _>>())
        }
    }
}
