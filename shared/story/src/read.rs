use contracts::AuditRecord;
use store::{Item, StoreError, Versioned};

/// The audit record in an item.
///
/// # Errors
/// If there is none in it.
pub(crate) fn audit(item: Item) -> Result<AuditRecord, StoreError> {
    Ok(Versioned::<AuditRecord>::read(item)?.state)
}
