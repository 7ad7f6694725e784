//! Lambda as a host of the engine's handlers: a cold start, logs, batches of a queue with partial
//! failures, webhooks. The only crate, beside the functions' mains, that names `lambda_runtime`; it
//! knows no cloud service, which the mains bring.
//!
//! Logs carry ids and the words of the model, never a value of a record.
#![allow(
    clippy::disallowed_methods,
    reason = "this is a host: it reads the clock, the environment and the artefact"
)]

mod labelled;
mod log;
mod queue;
mod shell;
mod webhook;

pub use labelled::Labelled;
pub use queue::{QueueEvent, event_of};
pub use shell::{Shell, StartError};

/// The runtime's own event and error, for a function whose input is neither a queue nor a webhook.
pub use lambda_runtime::{Error as RuntimeError, LambdaEvent, run, service_fn};
