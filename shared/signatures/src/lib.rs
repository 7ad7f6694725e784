//! How requests are signed, whoever the sender is: digests, comparisons in constant time, how old a
//! request may be, the scheme of Standard Webhooks, and the links that people open. A vendor's own
//! scheme stands in the vendor's crate, and is made of these.

pub mod digest;
pub mod link;
mod refusal;
pub mod standard_webhooks;

pub use refusal::{Refusal, check_age};
