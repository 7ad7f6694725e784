use contracts::Event;
use jiff::Timestamp;
use model::Revision;
use store::{Decider, Store, run_cycle};

use crate::{failure::Failure, queue::Handler};

/// A function that does nothing but decide about the record an event names: load, decide, commit.
#[derive(Debug)]
pub struct Deciding<S, D> {
    store: S,
    decider: D,
}

impl<S, D> Deciding<S, D> {
    /// Decides over this store.
    #[must_use]
    pub const fn new(store: S, decider: D) -> Self {
        Self { store, decider }
    }
}

impl<S: Store, D: Decider> Handler for Deciding<S, D> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        run_cycle(&self.store, &self.decider, event, now).await?;
        Ok(())
    }

    fn revision(&self) -> Option<&Revision> {
        Some(self.decider.revision())
    }
}
