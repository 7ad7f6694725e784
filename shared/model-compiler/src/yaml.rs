//! The texts of a model's files, and what stands in them, each value with its place.

pub(crate) mod node;
mod parser;
pub(crate) mod scalars;
pub(crate) mod span;
pub(crate) mod texts;

pub(crate) use parser::parse;
