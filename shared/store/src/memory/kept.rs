use contracts::{Indexes, Key};
use jiff::Timestamp;

use crate::{
    body::Body,
    port::{Item, Put},
};

/// An item as the table keeps it.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) key: Key,
    pub(super) version: u64,
    body: Body,
    pub(super) indexes: Indexes,
    expires: Option<Timestamp>,
    whole: Option<Timestamp>,
    /// Its bytes, for pages.
    pub(super) size: usize,
}

impl Kept {
    /// `size`: its bytes; 0 where they are not counted.
    pub(super) fn of(put: Put, size: usize) -> Self {
        Self {
            size,
            version: put.next_version(),
            key: put.key,
            body: put.body,
            indexes: put.indexes,
            expires: put.expires,
            whole: put.whole,
        }
    }

    pub(super) fn item(&self) -> Item {
        Item {
            key: self.key.clone(),
            version: self.version,
            body: self.body.clone(),
            whole: self.whole,
        }
    }

    /// Whether a sweep takes it: the table counts in whole seconds.
    pub(super) fn is_expired(&self, now: Timestamp) -> bool {
        self.expires
            .is_some_and(|at| at.as_second() < now.as_second())
    }
}
