//! Which decisions an answer stands on, so that they can be asked for one by one.

use contracts::{AuditRecord, Function, Key, Subject};
use crm::RecordId;
use serde_json::{Value, json};
use store::{Store, StoreError, Versioned};

/// How many decisions of one record are named, the last ones.
const MOST: usize = 3;

/// The decisions by which a record was routed last.
///
/// # Errors
/// If the table does not answer or an item is malformed.
pub async fn routed<S: Store>(store: &S, record: &RecordId) -> Result<Vec<Value>, StoreError> {
    let of = Key::audit_partition_of(&Subject::Record(record.clone()));
    let items = store.partition(&of).await?;
    let items = items.into_iter().filter(|item| item.key.is_audit());
    let audits = items.map(|item| Ok(Versioned::<AuditRecord>::read(item)?.state));
    let mut audits = audits.collect::<Result<Vec<AuditRecord>, StoreError>>()?;
    audits.retain(|it| it.function == Function::LeadRouting);
    audits.sort_by(|a, b| (a.at, &a.decision).cmp(&(b.at, &b.decision)));
    let last = audits.iter().skip(audits.len().saturating_sub(MOST));
    Ok(last.map(named).collect())
}

/// A decision, as an answer names it.
pub fn named(audit: &AuditRecord) -> Value {
    json!({ "decision": audit.decision, "at": audit.at, "outcome": audit.outcome })
}
