//! The cloud behind Fairlead's ports: the table (DynamoDB), the bus (EventBridge), mail (SES) and
//! secrets. The only crate that names an `aws_sdk`.
//!
//! It translates; it decides nothing. Settings come from the environment that Lambda gives, read
//! once by [`Settings::from_environment`].
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the shell: settings.rs reads the environment, once; the SDK speaks in HashMap"
)]

mod bus;
mod dynamo;
mod mail;
mod secrets;
mod settings;

pub use bus::{Bus, BusError, BusOutcome};
pub use dynamo::{DynamoStore, Meter, Spent};
pub use mail::{Mail, MailError, Mailer};
pub use secrets::{SecretError, Secrets};
pub use settings::{Settings, SettingsError};
