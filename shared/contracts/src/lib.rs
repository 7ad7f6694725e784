//! Everything that is serialised to leave the process: events on the bus, items of the table,
//! audit records with their reasons, and the keys under which they are kept.
//!
//! This crate holds shapes and the derivation of ids. It decides nothing and does no I/O. No type
//! here may hold a personal value, except [`state::RecordState`], which is our copy of the record,
//! and the reason of a [`state::Absence`].

mod audit;
mod effect;
mod event;
mod ids;
mod key;
mod names;
mod reason;
pub mod state;

pub use audit::{AuditRecord, DecisionDraft, Subject};
pub use effect::{CrmWrite, Notice};
pub use event::{Event, EventData, Keeper};
pub use ids::{DecisionId, EventId};
pub use key::{Indexes, Key, SHARDS, hour_of, shard_of};
pub use names::{Function, UnknownFunction};
pub use reason::{Finding, Found, Reason, Verdict};
