//! The commit cycle: who lost a race waits a little, who is throttled waits longer, both give up;
//! and a decision is only ever committed upon the record that it judged.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod decisions;
mod together;
mod waits;
mod world;
