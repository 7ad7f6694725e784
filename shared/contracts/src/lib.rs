//! Everything that is serialised to leave the process: events on the bus, items of the table,
//! audit records with their reasons, and the keys under which they are kept.
//!
//! This crate holds shapes and the derivation of ids. It decides nothing and does no I/O. No type
//! here may hold a personal value, except [`state::RecordState`], which is our copy of the record,
//! and the reason of a [`state::Absence`].

mod approval;
mod audit;
mod behaviour;
mod change;
mod deadline;
mod digest;
mod effect;
mod erasure;
mod event;
mod event_data;
mod event_name;
mod exception;
mod hand_off;
mod hex_digest;
mod hold;
mod ids;
mod key;
mod leaver;
mod link;
mod merge;
mod names;
mod packed;
mod passage;
mod quarantined;
mod reason;
mod reassign;
mod record_item;
mod reminder;
mod review;
pub mod state;
mod subject;
mod undo;
mod whose;

pub use approval::{ApprovalAnswered, ApprovalAsked, ApprovalLapsed, ApprovalSettled};
pub use audit::{AuditRecord, DecisionDraft, NOTICED};
pub use behaviour::{BehaviourSeen, Visitor};
pub use change::{Change, ChangeError, Made, ReadAt, normal, same};
pub use deadline::{DeadlineKind, DeadlinesContinued};
pub use digest::DigestRequested;
pub use effect::{
    CrmWrite, DeviationStepTaken, FieldChange, NotTakenOver, Notice, SignalMoved, StepCame,
};
pub use erasure::Erasure;
pub use event::{Cause, Event};
pub use event_data::EventData;
pub use exception::{ExceptionAnswered, ExceptionAsked, ExceptionGranted};
pub use hand_off::{HandOffAccepted, HandOffAnswered, HandOffMade, HandOffRefused};
pub use hold::{GateHeld, HeldAnswered, HoldReleased};
pub use ids::{DecisionId, EventId, ValuesDigest};
pub use key::{Indexes, Key, SHARDS, hour_of, is_same_hour, shard_of};
pub use leaver::{OwnerLeft, RecordsLeft};
pub use link::{Link, LinkAction, UnreadableLink};
pub use merge::Merge;
pub use names::{Function, UnknownFunction};
pub use packed::{Unpackable, pack, unpack};
pub use passage::Passage;
pub use quarantined::Quarantined;
pub use reason::{Finding, Found, Reason, Verdict};
pub use reassign::ReassignRequested;
pub use record_item::RecordItem;
pub use reminder::{Reminder, ReminderAnswer, ReminderAnswered, Resting};
pub use review::ReviewRequested;
pub use subject::Subject;
pub use undo::Undo;

/// The layout of the table: of its keys, items and events. A table of a later one is refused.
pub const FORMAT: u32 = 5;

/// The earliest layout whose items are read as well: those of 4 are none of them packed.
pub const OLDEST_FORMAT: u32 = 4;
