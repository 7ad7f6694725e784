//! The cloud behind the engine's ports: the table (DynamoDB), the bus (EventBridge), mail (SES),
//! queues (SQS), secrets, and the machine's clock. The only crate that names an `aws_sdk`.
//!
//! It translates; it decides nothing. Settings come from the environment that Lambda gives, read
//! once by [`Settings::from_environment`].
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "this is the shell: settings.rs reads the environment, once, and clock.rs the clock; the SDK speaks in HashMap"
)]

mod ages;
mod bus;
mod clock;
mod dynamo;
mod letters;
mod mail;
mod objects;
mod queue;
mod secrets;
mod settings;
mod signed;
mod web;

pub use ages::oldest_message;
pub use bus::EventBridge;
pub use clock::MachineClock;
pub use dynamo::{DynamoStore, Meter, Spent};
pub use letters::{Depth, LyingMessage, Queues};
pub use mail::Mailer;
pub use objects::{Bucket, Object, ObjectError};
pub use queue::SqsQueue;
pub use secrets::SecretsManager;
pub use settings::{Settings, SettingsError};
pub use web::WebClient;
