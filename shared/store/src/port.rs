use std::future::Future;

use contracts::{Indexes, Key};
use jiff::Timestamp;

use crate::body::Body;

/// An item as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its key.
    pub key: Key,
    /// How often it has been written, from 1.
    pub version: u64,
    /// What it holds.
    pub body: Body,
    /// When an audit record last told it whole, if all that came of it since is told by audit records.
    pub whole: Option<Timestamp>,
}

/// What must be true of an item for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Guard {
    /// It must not exist.
    Absent,
    /// It must still have this version.
    Version(u64),
}

/// One item to be written, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// Its key.
    pub key: Key,
    /// What it is to hold.
    pub body: Body,
    /// What must be true of it before.
    pub guard: Guard,
    /// What it puts into the sparse indexes.
    pub indexes: Indexes,
    /// When the table may forget it.
    pub expires: Option<Timestamp>,
    /// When an audit record last told it whole, if all that came of it since is told by audit records. The
    /// engine says so, which makes the audit records.
    pub whole: Option<Timestamp>,
}

impl Put {
    /// The version the item will have.
    #[must_use]
    pub const fn next_version(&self) -> u64 {
        match self.guard {
            Guard::Absent => 1,
            Guard::Version(version) => version.saturating_add(1),
        }
    }
}

/// An item that must still be as it was read, though it is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// Its key.
    pub key: Key,
    /// The version it must still have.
    pub version: u64,
}

/// The most items of a transaction, and of a read by keys (limits of DynamoDB's
/// `TransactWriteItems` and `BatchGetItem`).
pub const MOST_IN_TRANSACTION: usize = 100;

/// Writes that happen all or not at all. At least 1 and at most 100 in all, each item named once, 4
/// MB together (limits of DynamoDB's `TransactWriteItems`), and 400 KB an item as
/// [`crate::size_of_item`] counts them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Transaction {
    /// What is written.
    pub puts: Vec<Put>,
    /// What must not have changed meanwhile.
    pub checks: Vec<Check>,
}

/// An item whose time has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueItem {
    /// The item.
    pub key: Key,
    /// When it is due.
    pub due: Timestamp,
}

/// Why the table could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The table is there, but not now.
    #[error("the table did not answer: {0}; try again later")]
    Unavailable(String),
    /// The table takes no more requests for the moment.
    #[error("the table is asked too much at a time: {0}; try again later")]
    Throttled(String),
    /// What came back is not what we write.
    #[error("item {key} of the table cannot be read: {why}", key = format!("{}/{}", .0.pk, .0.sk), why = .1)]
    Malformed(Key, String),
    /// It is not there, we may not reach it, or another release laid it out: nothing can be read or
    /// written until somebody corrects that.
    #[error("the table is closed to this function: {0}")]
    Closed(String),
    /// The table refuses this request; trying again will not help.
    #[error("the table refuses: {0}")]
    Refused(String),
    /// A decision asks for what was not read: nobody knows whether there is such an item.
    #[error("the decision asks for {key}, which its plan did not name", key = format!("{}/{}", .0.pk, .0.sk))]
    NotNamed(Key),
}

/// Why a transaction did not happen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError {
    /// These items are not as they were when the decision was taken.
    #[error("{} item(s) changed meanwhile", .0.len())]
    Stale(Vec<Key>),
    /// Another transaction was at the same items at the same moment.
    #[error("another transaction is at the same items")]
    Contended,
    /// The table could not be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The table. Reads by key are strongly consistent; reads of an index may lag.
pub trait Store: Send + Sync {
    /// All items of a partition, in one query, ordered by key. What has expired is among them until
    /// the table has swept it, which may take days; the same goes for every other read.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    fn partition(&self, pk: &str) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send;

    /// The items of these keys (at most 100 different ones), in one read, in the order asked.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    fn get(
        &self,
        keys: &[Key],
    ) -> impl Future<Output = Result<Vec<Option<Item>>, StoreError>> + Send;

    /// Writes all or nothing. A single put without checks is written without a transaction.
    ///
    /// # Errors
    /// If a guard or check fails, at a conflict, if the table does not answer, or beyond a limit.
    fn commit(
        &self,
        transaction: Transaction,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The items of a shard that are due at `until` or before, the longest due first, those of
    /// one instant in an order that stays the same; only what comes behind `after`, which need no
    /// longer be there, and at most `limit` of them.
    ///
    /// # Errors
    /// If the table does not answer.
    fn due(
        &self,
        shard: &str,
        after: Option<&DueItem>,
        until: Timestamp,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<DueItem>, StoreError>> + Send;

    /// The keys of the items that depend on an account.
    ///
    /// # Errors
    /// If the table does not answer.
    fn of_account(
        &self,
        account: &str,
    ) -> impl Future<Output = Result<Vec<Key>, StoreError>> + Send;

    /// The items that a person must see.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    fn of_person(&self, person: &str)
    -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send;

    /// At most `limit` of the items that a person must see, in an order that stays the same; only what comes behind
    /// `after`, which need no longer be there.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    fn some_of_person(
        &self,
        person: &str,
        after: Option<&Key>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send {
        async move {
            let mut found = self.of_person(person).await?;
            found.sort_by(|a, b| a.key.cmp(&b.key));
            found.retain(|it| after.is_none_or(|after| it.key > *after));
            found.truncate(limit);
            Ok(found)
        }
    }

    /// The items that stand in the index over hours under this one (as [`contracts::hour_of`] writes it), oldest first.
    /// [`crate::audits_of_hour`] finds every audit record of an hour by them.
    ///
    /// # Errors
    /// If the table does not answer or an item is malformed.
    fn of_hour(&self, hour: &str) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send;
}

/// A store behind a pointer is one.
macro_rules! through {
    ($pointer:ty) => {
        impl<S: Store> Store for $pointer {
            fn partition(
                &self,
                pk: &str,
            ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send {
                (**self).partition(pk)
            }

            fn get(
                &self,
                keys: &[Key],
            ) -> impl Future<Output = Result<Vec<Option<Item>>, StoreError>> + Send {
                (**self).get(keys)
            }

            fn commit(
                &self,
                transaction: Transaction,
            ) -> impl Future<Output = Result<(), CommitError>> + Send {
                (**self).commit(transaction)
            }

            fn due(
                &self,
                shard: &str,
                after: Option<&DueItem>,
                until: Timestamp,
                limit: usize,
            ) -> impl Future<Output = Result<Vec<DueItem>, StoreError>> + Send {
                (**self).due(shard, after, until, limit)
            }

            fn of_account(
                &self,
                account: &str,
            ) -> impl Future<Output = Result<Vec<Key>, StoreError>> + Send {
                (**self).of_account(account)
            }

            fn of_person(
                &self,
                person: &str,
            ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send {
                (**self).of_person(person)
            }

            fn some_of_person(
                &self,
                person: &str,
                after: Option<&Key>,
                limit: usize,
            ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send {
                (**self).some_of_person(person, after, limit)
            }

            fn of_hour(
                &self,
                hour: &str,
            ) -> impl Future<Output = Result<Vec<Item>, StoreError>> + Send {
                (**self).of_hour(hour)
            }
        }
    };
}

through!(&S);
through!(std::sync::Arc<S>);
