//! What a story says in words, one file for each thing that is said.

pub(crate) mod effects;
pub(crate) mod events;
pub(crate) mod findings;
mod headings;
pub(crate) mod summary;
