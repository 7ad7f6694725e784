use contracts::{AuditRecord, Key};
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

/// The audit record that a change of the table added; none if it is something else. The stream is
/// filtered before it comes here; this is for the day on which the filter is not.
///
/// # Errors
/// If it is an audit record and cannot be read.
pub fn audit_of(record: &StreamRecord) -> Result<Option<AuditRecord>, serde_dynamo::Error> {
    let Some(image) = &record.dynamodb.new_image else {
        return Ok(None);
    };
    let is_audit =
        matches!(image.get("pk"), Some(AttributeValue::S(pk)) if Key::is_audit_partition(pk));
    if record.event_name != "INSERT" || !is_audit {
        return Ok(None);
    }
    let body = image
        .get("body")
        .cloned()
        .unwrap_or(AttributeValue::Null(true));
    serde_dynamo::from_attribute_value(body).map(Some)
}
