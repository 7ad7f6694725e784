//! The compiler of the operating model: six YAML files → places of every value → checks →
//! [`OperatingModel`](model::OperatingModel).
//!
//! Texts go in, a model or all of its problems come out. This crate never reads a file, a clock,
//! the environment or the network: the command line reads the disk, and a function gets the
//! artefact that [`model::artefact::write`] made.
//!
//! The way through: [`Texts`] holds the files, `yaml` reads each into a tree of nodes, `grammar`
//! says as data which words stand where, and lays it over the trees; `fixes` puts a misspelt word
//! right so that it is said once, each file in `checks` looks for one kind of mistake, `fixes` works
//! out what was meant, and `resolve` builds the model once there is none. `proofs` then shows what
//! holds of the model for every record there can be. `documents` writes about the language and
//! about a model.

mod checks;
mod documents;
mod fixes;
mod grammar;
mod problems;
mod proofs;
mod read;
mod resolve;
mod rows;
pub mod scenarios;
mod yaml;

pub use checks::{CHECKS, check::Check, unread_file::FOLDERS};
pub use documents::{difference, picture, reference, schema};
pub use fixes::nearest::{file_meant_by, nearest};
pub use problems::{
    problem::{Problem, ProblemSeverity},
    report,
};
pub use read::{Checked, check, condition, read};
pub use yaml::{
    span::Span,
    texts::{LARGEST_FILE, LARGEST_ROWS, Texts},
};
