use contracts::{FORMAT, Key};

use crate::{
    bytes::size_of_number,
    port::{Put, Transaction},
};

/// How long an instant is as an index holds it, in UTC and to the millisecond.
const INSTANT: usize = "2026-11-22T12:00:00.000Z".len();

/// The bytes that DynamoDB counts for the item that a put leaves: the names and values of its key,
/// version, format, body, expiry, when it was last told whole, and of what it puts into the indexes.
#[must_use]
pub fn size_of_item(put: &Put) -> usize {
    let indexes = &put.indexes;
    let text = |name: &str, value: &Option<String>| {
        let value = value.as_ref();
        value.map_or(0, |value| name.len().saturating_add(value.len()))
    };
    let instant = |of: &str, at: &str, value: &Option<(String, _)>| {
        let value = value.as_ref();
        value.map_or(0, |(hash, _)| {
            sum([of.len(), hash.len(), at.len(), INSTANT])
        })
    };
    let expires = put.expires.map_or(0, |at| {
        "expires"
            .len()
            .saturating_add(size_of_whole(at.as_second()))
    });
    let whole = put.whole.map_or(0, |_| size_of_instant("whole"));
    sum([
        size_of_key(&put.key),
        "version".len(),
        size_of_whole(put.next_version()),
        "format".len(),
        size_of_whole(FORMAT),
        "body".len(),
        put.body.bytes_at_most(),
        instant("due_shard", "due_at", &indexes.due),
        text("account", &indexes.account),
        text("person", &indexes.person),
        instant("hour", "at", &indexes.hour),
        expires,
        whole,
    ])
}

/// The bytes of a key: its names and values.
pub(crate) fn size_of_key(key: &Key) -> usize {
    sum(["pk".len(), key.pk.len(), "sk".len(), key.sk.len()])
}

/// The bytes that DynamoDB counts for a transaction: its items, and the keys of its checks.
pub(crate) fn size_of_transaction(transaction: &Transaction) -> usize {
    let puts = transaction.puts.iter().map(size_of_item);
    let checks = transaction.checks.iter();
    let all = puts.chain(checks.map(|check| size_of_key(&check.key)));
    all.fold(0, usize::saturating_add)
}

/// The bytes of an item in an index that holds keys only.
pub(crate) fn size_of_projected(key: &Key, hash: usize, range: usize) -> usize {
    sum([size_of_key(key), hash, range])
}

/// The bytes of an instant in an index under an attribute of this name.
pub(crate) const fn size_of_instant(name: &str) -> usize {
    name.len().saturating_add(INSTANT)
}

fn size_of_whole(number: impl ToString) -> usize {
    size_of_number(&number.to_string())
}

fn sum<const N: usize>(parts: [usize; N]) -> usize {
    parts.into_iter().fold(0, usize::saturating_add)
}
