//! What others state of `HubSpot` and Standard Webhooks, held against this crate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod currencies;
mod days;
mod lists;
mod objects;
mod properties;
mod signatures;
mod spoiled;
mod tasks;
mod webhooks;
