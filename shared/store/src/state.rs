use std::sync::Arc;

use contracts::{AuditRecord, Indexes, Key, hour_of};

use crate::body::{Body, ItemState};
use crate::port::{Guard, Item, Put, StoreError};

/// A state together with the version under which it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Versioned<T> {
    /// The version.
    pub version: u64,
    /// The state.
    pub state: T,
}

impl<T: ItemState> Versioned<T> {
    /// The state in an item.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn read(item: Item) -> Result<Self, StoreError> {
        match item.body.read() {
            Ok(state) => Ok(Self {
                version: item.version,
                state,
            }),
            Err(why) => Err(StoreError::Malformed(item.key, why.to_string())),
        }
    }
}

impl<T: ItemState> Versioned<T> {
    /// The same of an item that stays where it is.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn of(item: &Item) -> Result<Self, StoreError> {
        match item.body.read() {
            Ok(state) => Ok(Self {
                version: item.version,
                state,
            }),
            Err(why) => Err(StoreError::Malformed(item.key.clone(), why.to_string())),
        }
    }
}

impl<T: ItemState> Versioned<Arc<T>> {
    /// The state in an item, for who does not change it.
    ///
    /// # Errors
    /// If the item does not hold such a state.
    pub fn read_shared(item: Item) -> Result<Self, StoreError> {
        match item.body.read_shared() {
            Ok(state) => Ok(Self {
                version: item.version,
                state,
            }),
            Err(why) => Err(StoreError::Malformed(item.key, why.to_string())),
        }
    }
}

/// The state in what was read beside a record: its default where there is no such item yet.
///
/// # Errors
/// If the item does not hold such a state.
pub fn read_or_default<T: ItemState + Default>(
    item: Option<&Option<Item>>,
) -> Result<T, StoreError> {
    match item.and_then(Option::as_ref) {
        Some(item) => Ok(Versioned::of(item)?.state),
        None => Ok(T::default()),
    }
}

/// The write that replaces a state which was read as `before`. A state that cannot be written as JSON is
/// refused where it is committed.
#[must_use]
pub fn put_state<T: ItemState, B>(
    key: Key,
    state: &T,
    before: Option<&Versioned<B>>,
    indexes: Indexes,
) -> Put {
    put_own_state(key, state.clone(), before, indexes)
}

/// The same of a state that nobody needs any more.
#[must_use]
pub fn put_own_state<T: ItemState, B>(
    key: Key,
    state: T,
    before: Option<&Versioned<B>>,
    indexes: Indexes,
) -> Put {
    Put {
        key,
        body: Body::of(state),
        guard: before.map_or(Guard::Absent, |before| Guard::Version(before.version)),
        indexes,
        expires: None,
        whole: None,
    }
}

/// The write that adds an audit record, which must not exist yet. It is found again by its subject
/// and by its hour: by its own place in that index, or by that of the one that it follows.
#[must_use]
pub fn audit_put(audit: AuditRecord) -> Put {
    let hour = (!audit.follows).then(|| (hour_of(audit.at), audit.at));
    Put {
        key: Key::audit(&audit.subject, &audit.decision),
        guard: Guard::Absent,
        indexes: Indexes {
            hour,
            ..Indexes::default()
        },
        body: Body::of(audit),
        expires: None,
        whole: None,
    }
}
