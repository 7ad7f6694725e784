use std::collections::{BTreeMap, BTreeSet};

use contracts::{AuditRecord, hour_of};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::{
    port::{Item, Store, StoreError},
    state::Versioned,
};

/// How many subjects are read at a time.
const AT_ONCE: usize = 16;

/// The audit records of an hour (as [`contracts::hour_of`] writes it), the oldest first. The index over hours leads to
/// every subject of which something was decided in that hour; what follows from that within the hour stands beside it.
///
/// # Errors
/// If the table does not answer, or an item is no audit record.
pub async fn audits_of_hour<S: Store>(
    store: &S,
    hour: &str,
) -> Result<Vec<AuditRecord>, StoreError> {
    let indexed = store.of_hour(hour).await?;
    let subjects: BTreeSet<String> = indexed.iter().map(|item| item.key.pk.clone()).collect();
    let mut beside = Vec::with_capacity(subjects.len());
    for subject in &subjects {
        beside.push(store.partition(subject));
    }
    let beside = stream::iter(beside).buffered(AT_ONCE);
    let beside: Vec<Vec<Item>> = beside.try_collect().await?;
    let mut found = BTreeMap::new();
    for item in indexed.into_iter().chain(beside.into_iter().flatten()) {
        let audit = Versioned::<AuditRecord>::read(item)?.state;
        if hour_of(audit.at) == hour {
            let place = (audit.at, audit.subject.to_string(), audit.decision.clone());
            found.insert(place, audit);
        }
    }
    Ok(found.into_values().collect())
}
