//! `HubSpot`: its webhooks and signatures, its objects in the dated API 2026-09, its rate, and HTTP
//! to it. It implements the engine's [`engine::Crm`] and [`engine::webhooks::Webhooks`].
//!
//! This is the one crate that knows the vendor's field names, headers and paths. What is pure in it
//! takes bytes and gives records; [`client`] speaks HTTP: every request takes from one budget first,
//! waits no longer than a message in a queue may wait, and fails with an error that says whether
//! trying again can help. It never decides what to write, never reads a setting from the
//! environment, never keeps a property's value that a webhook carries, and never puts a personal
//! value into an error or a log.

mod activity;
pub mod association;
mod author;
pub mod client;
mod connection;
mod currency;
pub mod dictionary;
mod hubspot_webhooks;
mod json;
mod needs;
pub mod object;
mod object_type;
pub mod pages;
mod reading;
pub mod signature;
mod sources;
pub mod task;
pub mod webhook;
mod writing;

pub use connection::Connection;
pub use hubspot_webhooks::HubSpotWebhooks;
pub use needs::needs;
pub use object_type::ObjectType;
pub use sources::{SharedConnection, connections, record_pages, secrets, webhooks};

/// The word of this kind of source in `technology.yaml`.
pub const KIND: &str = "hubspot";

/// Where its API is.
pub const ADDRESS: &str = "https://api.hubapi.com";

/// `HubSpot` lets an app make 100 requests in ten seconds and account (its usage guidelines). One
/// every 110 ms keeps a tenth in reserve; a burst of 20 lets a short rush through at once.
pub const RATE: engine::Refill = engine::Refill {
    every_ms: 110,
    burst: 20,
};
