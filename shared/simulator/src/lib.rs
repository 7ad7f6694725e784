//! The other host: a whole company in one process, played by a seed.
//!
//! All functions run over a table, a bus, a CRM and a mail service in memory, by a virtual clock. The
//! seed makes the story, orders the steps of all processes, and says what fails. When the faults
//! are over and the world has come to rest, the invariants say whether what must always hold does.

mod agenda;
mod company;
mod ending;
mod fault;
mod functions;
mod generate;
mod invariants;
mod planted;
mod portal;
mod ports;
mod process;
mod revisions;
mod seeds;
mod shrink;
mod step;
mod story;
mod summary;
mod world;

pub use company::{MOST_RECEIVED, OUT_OF_SIGHT, most_at_once};
pub use ending::{Dead, Ending, Failed};
pub use fault::{Fault, FaultKind, Peer};
pub use invariants::Violation;
pub use planted::Planted;
pub use portal::{Held, Written};
pub use seeds::{Found, Players};
pub use shrink::shrink;
pub use story::{Action, ActionKind, Story};
pub use summary::{Day, Load, Runs, Summary};
pub use world::SentMail;
