//! What several test files share: a database in this process.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test may panic; the database asks the machine's clock what has expired"
)]

pub mod database;
