//! `HubSpot`: its webhooks, its signatures, its objects in the dated API 2026-09.

pub mod association;
mod author;
pub mod object;
mod object_type;
pub mod signature;
pub mod task;
pub mod webhook;

mod reading;
mod writing;

pub use object_type::ObjectType;
