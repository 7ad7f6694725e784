//! The vocabulary of a CRM, as Fairlead speaks it: records, fields, typed ids and values.
//!
//! This crate holds names and shapes only. It never reads a clock, the environment or the network,
//! and it knows no vendor: how a vendor spells these things is for its own crate to know.

mod activity;
mod domain;
mod field;
mod id;
mod kind;
mod mapping;
mod matched;
mod people;
mod person;
mod record;
mod set_up;
mod shared_text;
mod source;
mod trial;
mod value;

pub use activity::{Activities, ActivityKind, Contacted};
pub use domain::domain;
pub use field::{FieldRef, FieldRefError, FieldType};
pub use id::{RecordId, RecordIdError, RecordName};
pub use kind::{RecordKind, UnknownKind};
pub use mapping::{FieldMapping, ObjectMapping};
pub use matched::{Candidates, Matched, MatchedBy, Wanted};
pub use people::CrmPeople;
pub use person::PersonId;
pub use record::{AccountFacts, Author, Behaviour, Change, Counted, Latest, OWNER, Others, Record};
pub use set_up::{Holds, ObjectSetUp, PipelineSetUp, PropertySetUp};
pub use source::{SourceName, SourceNameError};
pub use trial::TRIAL_TAG;
pub use value::Value;

/// Re-exported so that every crate means the same decimal.
pub use rust_decimal::Decimal;
