//! What every function needs around its decision: a cold start, logs, batches of a queue with
//! partial failures, and what may be tried again. The only crate, beside the functions' mains, that
//! names `lambda_runtime`.
//!
//! Logs carry ids and the words of the model, never a value of a record.
#![allow(
    clippy::disallowed_methods,
    reason = "this is the shell: it reads the clock, the environment and the artefact"
)]

mod budget;
mod crm;
mod deciding;
mod failure;
mod log;
mod queue;
mod shell;
mod webhook;

pub use budget::CrmBudget;
pub use crm::CrmConnection;
pub use deciding::Deciding;
pub use failure::Failure;
pub use queue::{Handler, QueueEvent, event_of};
pub use shell::{Shell, StartError};
pub use webhook::{Answer, Request, WebhookHandler};

/// The runtime's own event and error, for a function whose input is neither a queue nor a webhook.
pub use lambda_runtime::{Error as RuntimeError, LambdaEvent, run, service_fn};
