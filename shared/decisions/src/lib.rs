//! The pure core: every decision is a function of (model, facts, now).
//!
//! No clock, no network, no randomness, no environment: the same inputs give the same bytes. One
//! module per decision. Errors of the world outside are not known here; what cannot be known of a
//! record is a verdict, not an error.

pub mod absences;
mod amounts;
pub mod approvals;
mod approved;
pub mod behaviour;
pub mod capacity;
pub mod clocks;
pub mod columns;
mod condition;
pub mod crm_labels;
mod derived;
pub mod deviations;
pub mod digests;
pub mod drift;
mod edges;
pub mod elsewhere;
pub mod excepting;
pub mod exceptions;
mod facts;
mod freshness;
pub mod gates;
pub mod hand_offs;
mod index;
mod journey;
pub mod latest;
pub mod leavers;
pub mod links;
mod look;
pub mod matching;
pub mod metrics;
pub mod others;
mod patterns;
mod people;
mod possible;
mod quiet;
pub mod readiness;
mod reasons;
mod recurrence;
pub mod reminders;
pub mod renamed;
pub mod resting;
pub mod reviews;
pub mod rights;
mod rotation;
pub mod routing;
mod rules;
pub mod scenarios;
pub mod set_up;
mod setting;
mod shadow;
pub mod shown;
mod standing;
pub mod sweep;
pub mod sync;
pub mod taking;
mod verdict;
mod waited;
pub mod why_not;

pub use condition::{Evaluation, Matched, evaluate, first_match, verdict};
pub use edges::{Edge, edges};
pub use facts::{Dated, Facts, FieldValue, Told};
pub use freshness::{stale, stale_before};
pub use journey::Stands;
pub use people::{gone, in_stead_of, owner_of, recipients, said_gone};
pub use rotation::{
    MemberNow, Next, Picked, PoolNow, RotationError, Transfer, hand_on, leave, pick, stand,
    transfer,
};
pub use rules::{Prepared, Rules, RulesError, Staffing};
pub use standing::Standing;
