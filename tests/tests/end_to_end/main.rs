//! The real binaries on the emulator, deployed from the real template, driven through HTTP.
//!
//! One stack serves all tests of this file; each works on records of its own. Nothing sleeps for a
//! fixed time: every expectation has a deadline and is looked at until it holds.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic; this one waits for real processes and reads their files"
)]

mod cloud;
mod crm;
mod expect;
mod kills;
mod mailbox;
mod stack;
mod webhook;

mod absences;
mod behaviours;
mod bulk_edit;
mod burst;
mod clocks;
mod deployments;
mod digests;
mod erasure;
mod failures;
mod faults;
mod full_crm;
mod gates;
mod intake;
mod journeys;
mod load;
mod numbers;
mod routing;
mod stories;
mod sweep;
mod together;
mod trial;
mod views;
