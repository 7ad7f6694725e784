//! Holds the gates: a stage move is passed, or turned back with the criteria that are not met; beyond so many
//! of one person as the model allows it is held, until somebody says what is to become of it. What somebody else must
//! approve is asked for here, and what they answered is kept here. It
//! never writes into the CRM itself; it asks for it in the events of its audit record.

mod approving;
mod ending;
mod excepting;
mod gatekeeper;
mod release;
#[cfg(test)]
mod tests;

use contracts::Event;
use engine::{Clock, Failure, OnTick, Table, Ticking};
use jiff::Timestamp;
use store::Store;

pub use gatekeeper::Gatekeeper;

/// The function, over any store.
pub type StageGates<S, C> = Ticking<S, C, Gatekeeper>;

impl<S: Store, C: Clock> OnTick<S, C> for Gatekeeper {
    async fn on_tick(
        &self,
        table: &Table<S, C>,
        tick: &Event,
        at: Timestamp,
    ) -> Result<(), Failure> {
        release::tick(table, self.rules(), tick, at).await
    }
}
