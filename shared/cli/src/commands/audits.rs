//! What was decided about a record.

use contracts::{AuditRecord, Key, Subject};
use crm::RecordId;
use store::{Store, StoreError, Versioned};

/// All that was decided about a record, in the order of the decisions' ids.
///
/// # Errors
/// If the table does not answer or an audit record is malformed.
pub(super) async fn audits_of<S: Store>(
    store: &S,
    record: &RecordId,
) -> Result<Vec<AuditRecord>, StoreError> {
    let subject = Subject::Record(record.clone());
    let items = store.partition(&Key::audit_partition_of(&subject)).await?;
    let read = |item| Ok(Versioned::<AuditRecord>::read(item)?.state);
    items.into_iter().map(read).collect()
}
