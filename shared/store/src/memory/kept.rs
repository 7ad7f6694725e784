use contracts::{Indexes, Key};
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    port::{Item, Put},
    size::size_of_item,
};

/// An item as the table keeps it.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Key,
    pub(super) version: u64,
    body: Value,
    pub(super) indexes: Indexes,
    expires: Option<Timestamp>,
    /// Its bytes, for pages.
    pub(super) size: usize,
}

impl Kept {
    pub(super) fn of(put: Put) -> Self {
        Self {
            size: size_of_item(&put),
            version: put.next_version(),
            key: put.key,
            body: put.body,
            indexes: put.indexes,
            expires: put.expires,
        }
    }

    pub(super) fn item(&self) -> Item {
        Item {
            key: self.key.clone(),
            version: self.version,
            body: self.body.clone(),
        }
    }

    /// Whether a sweep takes it: the table counts in whole seconds.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires
            .is_some_and(|at| at.as_second() < now.as_second())
    }
}
