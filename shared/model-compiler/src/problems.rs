//! What is wrong with a model: where, why, and how to fix it.

pub(crate) mod problem;
pub mod report;
