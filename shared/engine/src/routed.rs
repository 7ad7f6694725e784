//! The records that routing knows, with how it left each: for commands and pages that list them.

use std::collections::BTreeSet;

use contracts::{
    DeadlineKind, Key, SHARDS,
    state::{RecordState, RoutingState, counted_for},
};
use crm::{PersonId, Record, RecordId};
use jiff::Timestamp;
use store::{Item, MOST_IN_TRANSACTION, Store, StoreError, Versioned};

/// A record and how it was routed.
pub type Routed = (Record, Option<RoutingState>);

/// The open leads of these people, and those that wait with an end: what stands in an index.
///
/// # Errors
/// If the table does not answer or an item is malformed.
pub async fn routed_in_indexes<S: Store>(
    store: &S,
    people: &BTreeSet<PersonId>,
) -> Result<BTreeSet<RecordId>, StoreError> {
    let mut found = BTreeSet::new();
    for person in people {
        let items = store.of_person(&counted_for(person)).await?;
        found.extend(items.iter().filter_map(|item| item.key.record_id()));
    }
    found.extend(waiting_in_indexes(store, usize::MAX).await?.0);
    Ok(found)
}

/// The records that wait with an end, as far as they are among so many of each part of the index, what falls due
/// first; and whether that is all of it.
///
/// # Errors
/// If the table does not answer.
pub async fn waiting_in_indexes<S: Store>(
    store: &S,
    most: usize,
) -> Result<(BTreeSet<RecordId>, bool), StoreError> {
    let (mut found, mut all) = (BTreeSet::new(), true);
    for shard in 0..SHARDS {
        let shard = format!("due#{shard}");
        let due = store.due(&shard, None, Timestamp::MAX, most).await?;
        all = all && due.len() < most;
        let of_routing = due.iter().filter_map(|item| match item.key.deadline() {
            Some((DeadlineKind::Routing, record)) => Some(record),
            _ => None,
        });
        found.extend(of_routing);
    }
    Ok((found, all))
}

/// Reads the copies of these records and how they were routed; of what has no copy, nothing.
///
/// # Errors
/// If the table does not answer or an item is malformed.
pub async fn read_routed<S: Store>(
    store: &S,
    records: &BTreeSet<RecordId>,
) -> Result<Vec<Routed>, StoreError> {
    let records: Vec<&RecordId> = records.iter().collect();
    let mut read = Vec::new();
    for some in records.chunks(MOST_IN_TRANSACTION / 2) {
        let pair = |record: &&RecordId| [Key::record(record), Key::routing(record)];
        let keys: Vec<Key> = some.iter().flat_map(pair).collect();
        let items: Vec<Option<Item>> = store.get(&keys).await?;
        for pair in items.chunks(2) {
            let [Some(copy), routing] = pair else {
                continue;
            };
            let copy = Versioned::<RecordState>::read(copy.clone())?.state;
            let routing = routing.clone().map(Versioned::<RoutingState>::read);
            let routing = routing.transpose()?.map(|routing| routing.state);
            read.push((copy.record, routing));
        }
    }
    Ok(read)
}
