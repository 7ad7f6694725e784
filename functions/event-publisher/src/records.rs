use contracts::{AuditRecord, Key, Unpackable, unpack};
use serde::Deserialize;
use serde_dynamo::{AttributeValue, Item};

/// A batch of the table's stream as Lambda gives it.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamEvent {
    /// The records, in the order of their commits within a partition.
    #[serde(rename = "Records")]
    pub records: Vec<StreamRecord>,
}

/// One change of the table.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StreamRecord {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    pub event_name: String,
    dynamodb: Change,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    sequence_number: String,
    #[serde(default)]
    new_image: Option<Item>,
}

impl StreamRecord {
    /// Its sequence number in the stream.
    #[must_use]
    pub fn sequence_number(&self) -> &str {
        &self.dynamodb.sequence_number
    }
}

/// Why an audit record of the stream cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum UnreadableRecord {
    /// It is none of ours.
    #[error(transparent)]
    Item(#[from] serde_dynamo::Error),
    /// It was packed otherwise.
    #[error(transparent)]
    Packed(#[from] Unpackable),
    /// What was packed is none of ours.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

/// The audit record that a change of the table added; none if it is something else. The stream is
/// filtered before it comes here; this is for the day on which the filter is not.
///
/// # Errors
/// If it is an audit record and cannot be read.
pub fn audit_of(record: &StreamRecord) -> Result<Option<AuditRecord>, UnreadableRecord> {
    let Some(image) = &record.dynamodb.new_image else {
        return Ok(None);
    };
    let is_audit =
        matches!(image.get("pk"), Some(AttributeValue::S(pk)) if Key::is_audit_partition(pk));
    if record.event_name != "INSERT" || !is_audit {
        return Ok(None);
    }
    if let Some(AttributeValue::B(packed)) = image.get("packed") {
        return Ok(Some(serde_json::from_str(&unpack(packed)?)?));
    }
    let body = image
        .get("body")
        .cloned()
        .unwrap_or(AttributeValue::Null(true));
    Ok(Some(serde_dynamo::from_attribute_value(body)?))
}
