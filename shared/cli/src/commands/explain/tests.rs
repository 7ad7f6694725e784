#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod arguments;
mod gathering;
mod golden;
mod order;
mod sample;
mod states;
