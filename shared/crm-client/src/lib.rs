//! The only crate that speaks HTTP to a CRM: it reads objects, associations and owners, and writes
//! properties and tasks.
//!
//! What a vendor's bytes mean is `crm-webhooks`' business; this crate carries them. Every request
//! takes from one budget first, waits no longer than a message in a queue may wait, and fails
//! with an error that says whether trying again can help. It never decides what to write, never
//! reads a setting from the environment, and never puts a personal value into an error or a log.

mod budget;
mod error;
mod exchange;
mod hubspot;
mod patience;

pub use budget::{Budget, Unlimited};
pub use error::{CrmError, SetupError};
pub use hubspot::{BatchRead, Broken, HubSpot, Owner};
pub use patience::Patience;
