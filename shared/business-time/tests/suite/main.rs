//! Everything that is promised about business time, against simpler models.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod answers;
mod calendars;
mod invariants;
mod naive;
mod openings;
mod scenarios;
mod spec;
mod time_off;
mod vectors;
mod working_days;

#[path = "../vectors/runner.rs"]
mod runner;
