//! The other host: a whole company in one process, played by a seed.
//!
//! All functions run over a table, a bus, a CRM and a mail service in memory, by a virtual clock. The
//! seed makes the story, orders the steps of all processes, and says what fails. When the troubles
//! are over and the world has come to rest, the checks say whether what must always hold does.

mod agenda;
pub mod checks;
mod company;
mod ending;
mod functions;
mod generate;
mod outcome;
mod planted;
mod portal;
mod ports;
mod process;
mod seeds;
mod shrink;
mod step;
mod story;
mod trouble;
mod world;

pub use company::{BATCH, MOST_RECEIVED, OUT_OF_SIGHT};
pub use ending::{Dead, Ending, Failed};
pub use generate::{Generator, Size};
pub use outcome::{Day, Load, Outcome, Runs};
pub use planted::Planted;
pub use portal::{Held, Written};
pub use seeds::{Found, Players};
pub use shrink::shrink;
pub use story::{Happening, Story, What};
pub use trouble::{Peer, Trouble, TroubleKind};
pub use world::SentMail;
