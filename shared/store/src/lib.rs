//! The port to the table: items, versions, guards; one transaction out; the in-memory store; and the
//! conformance suite that every store passes.
//!
//! This crate knows keys, versions and guards. It decides nothing, and it names no cloud service.

mod body;
mod bytes;
#[cfg(feature = "conformance")]
pub mod conformance;
mod hour;
mod memory;
mod port;
mod reading;
mod size;
mod state;

pub use body::{Body, BodyError, ItemState};
pub use hour::audits_of_hour;
pub use memory::MemoryStore;
pub use port::{
    Check, CommitError, DueItem, Guard, Item, MOST_IN_TRANSACTION, Put, Store, StoreError,
    Transaction,
};
pub use reading::Reading;
pub use size::size_of_item;
pub use state::{Versioned, audit_put, put_own_state, put_state, read_or_default};
