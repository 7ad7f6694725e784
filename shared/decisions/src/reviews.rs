//! Meetings that decide: when the pack of one goes out and to whom, what is in it, and what is recorded of it.

mod day;
mod minutes;
mod pack;
mod sent;
mod stood;

pub use day::{Due, attendees, due, held_on};
pub use minutes::{MinutesError, Wanted, record};
pub use pack::{ActionLine, Deviations, actions, changes, deviations, exceptions, metrics};
pub use sent::decide;
pub use stood::{Work, metrics_of, stood};
