//! What vendors send ⇄ our vocabulary: bytes in, typed events and records out, and back again.
//!
//! This is the one crate that knows a vendor's field names, headers and signatures. It is pure:
//! it never reads a clock, the environment or the network. Time is an argument, and whoever
//! speaks HTTP stands elsewhere (`crm-client`, `webhook-intake`). It never keeps a property's
//! value that a webhook carries: a webhook only says which record to look at.

mod digest;
mod refusal;

pub mod hubspot;
pub mod standard_webhooks;

pub use refusal::Refusal;
