//! The operating model: six YAML files → places of every value → checks → [`OperatingModel`].
//!
//! Texts go in, a model or all of its problems come out. This crate never reads a file, a clock,
//! the environment or the network: the command line reads the disk, and a function gets the
//! artefact that [`artefact::write`] made.
//!
//! The way through: [`Texts`] holds the files, `yaml` reads each into a tree of `node`s, `grammar`
//! says as data which words stand where, `misspelt` puts a misspelt word right so that it is said
//! once, `sites` lays the grammar over the trees, each file in `checks` looks at the sites for one
//! kind of mistake, `fixes` works out what was meant, and `resolve` builds the model once there is
//! none. `proofs` then shows what holds of the model for every record there can be.

pub mod artefact;
mod catalogue;
mod checks;
mod conditions;
mod fixes;
mod grammar;
mod lookup;
mod misspelt;
mod model;
mod names;
mod nearest;
pub mod needed;
mod node;
mod phrases;
pub mod picture;
mod population;
mod problem;
mod proofs;
mod read;
pub mod reference;
pub mod report;
mod resolve;
mod scalars;
pub mod scenarios;
pub mod schema;
mod sites;
mod texts;
mod yaml;

pub use checks::{CHECKS, Check, WARNINGS};
pub use model::*;
pub use nearest::nearest;
pub use problem::{Problem, ProblemSeverity, Span};
pub use read::{Checked, check, read};
pub use texts::{LARGEST_FILE, Texts};
