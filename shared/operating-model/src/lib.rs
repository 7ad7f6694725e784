//! The operating model: six YAML files → places of every value → checks → [`OperatingModel`].
//!
//! Texts go in, a model or all of its problems come out. This room never reads a file, a clock,
//! the environment or the network: the command line reads the disk, and a function gets the
//! artefact that [`artefact::write`] made.
//!
//! The way through: [`Texts`] holds the files, `yaml` reads each into a tree of `node`s, `grammar`
//! says as data which words stand where, `sites` lays the grammar over the trees, each file in
//! `checks` looks at the sites for one kind of mistake, and `resolve` builds the model once there
//! is none. `proofs` then shows what holds of the model for every record there can be.

pub mod artefact;
mod catalogue;
mod checks;
mod conditions;
mod grammar;
mod lookup;
mod model;
mod names;
mod nearest;
mod node;
mod phrases;
mod problem;
mod proofs;
mod read;
mod resolve;
mod scalars;
mod sites;
mod texts;
mod yaml;

pub use checks::{CHECKS, Check};
pub use model::*;
pub use nearest::nearest;
pub use problem::{Problem, Span};
pub use read::read;
pub use texts::{LARGEST_FILE, Texts};
