use std::collections::BTreeSet;

use contracts::Key;

use crate::{
    port::{MOST_IN_TRANSACTION, StoreError, Transaction},
    size::{size_of_item, size_of_transaction},
};

/// The most bytes of an item.
const MOST_BYTES_OF_ITEM: usize = 400 * 1024;

/// The most bytes of all items of a transaction.
const MOST_BYTES_OF_TRANSACTION: usize = 4 * 1024 * 1024;

/// Refuses what the table would not even look at, whatever its bytes. A put alone is no transaction.
pub(super) fn check_transaction(transaction: &Transaction) -> Result<(), StoreError> {
    let Transaction { puts, checks } = transaction;
    let count = puts.len().saturating_add(checks.len());
    if count == 0 {
        return refused("a transaction has at least 1 item, and this one has none".to_owned());
    }
    if count > MOST_IN_TRANSACTION {
        return refused(format!(
            "a transaction has at most {MOST_IN_TRANSACTION} items, and this one has {count}"
        ));
    }
    let puts_of = puts.iter().map(|put| &put.key);
    let mut seen = BTreeSet::new();
    for key in puts_of.chain(checks.iter().map(|check| &check.key)) {
        if !seen.insert(key) {
            return refused(format!(
                "a transaction names each item once, and this one names {} twice",
                name(key)
            ));
        }
    }
    Ok(())
}

/// Refuses what has more bytes than the table takes.
pub(super) fn check_bytes(transaction: &Transaction) -> Result<(), StoreError> {
    for put in &transaction.puts {
        let size = size_of_item(put);
        if size > MOST_BYTES_OF_ITEM {
            return refused(format!(
                "an item has at most 400 KB ({MOST_BYTES_OF_ITEM} bytes), and {} has {size} bytes",
                name(&put.key)
            ));
        }
    }
    let size = size_of_transaction(transaction);
    if size > MOST_BYTES_OF_TRANSACTION {
        return refused(format!(
            "a transaction has at most 4 MB ({MOST_BYTES_OF_TRANSACTION} bytes), and this one has \
             {size} bytes"
        ));
    }
    Ok(())
}

/// Refuses to read more keys than the table does. One that is asked for twice is read once: the
/// table would refuse the same key twice, and a store does not ask it so.
pub(super) fn check_keys(keys: &[Key]) -> Result<(), StoreError> {
    if keys.len() <= MOST_IN_TRANSACTION {
        return Ok(());
    }
    let count = keys.iter().collect::<BTreeSet<_>>().len();
    if count > MOST_IN_TRANSACTION {
        return refused(format!(
            "a read names at most {MOST_IN_TRANSACTION} keys, and this one names {count}"
        ));
    }
    Ok(())
}

fn name(key: &Key) -> String {
    format!("{}/{}", key.pk, key.sk)
}

fn refused(why: String) -> Result<(), StoreError> {
    Err(StoreError::Refused(why))
}
