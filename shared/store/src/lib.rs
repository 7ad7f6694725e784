//! The port to the table: facts in, one transaction out; the in-memory store; and the conformance
//! suite that every store passes.
//!
//! This crate knows keys, versions and guards. It decides nothing, and it names no cloud service.

mod bucket;
mod claim;
#[cfg(feature = "conformance")]
pub mod conformance;
mod cycle;
mod facts;
mod memory;
mod port;
mod work;

pub use bucket::{BucketError, Refill, take_token};
pub use claim::{Attempt, Claim, Ended, claim_effect, finish_effect, once, release_effect};
pub use cycle::{Committed, CycleError, Decider, Proposal, audit_put, run_cycle};
pub use facts::{RecordFacts, Versioned, put_state, read_or_default};
pub use memory::MemoryStore;
pub use port::{Check, CommitError, DueItem, Guard, Item, Put, Store, StoreError, Transaction};
pub use work::OpenWork;
