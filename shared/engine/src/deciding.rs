use contracts::Event;
use jiff::Timestamp;
use model::Revision;
use store::Store;

use crate::{
    clock::Clock,
    cycle::Table,
    decider::Decider,
    failure::Failure,
    handler::{Handler, TimeLeft},
};

/// A function that does nothing but decide about the record an event names: load, decide, commit.
#[derive(Debug)]
pub struct Deciding<S, C, D> {
    pub(crate) table: Table<S, C>,
    pub(crate) decider: D,
}

impl<S, C, D> Deciding<S, C, D> {
    /// Decides over this table.
    #[must_use]
    pub const fn new(table: Table<S, C>, decider: D) -> Self {
        Self { table, decider }
    }
}

impl<S: Store, C: Clock, D: Decider> Handler for Deciding<S, C, D> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        self.table.decide(&self.decider, event, now).await?;
        Ok(())
    }

    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let results = self
            .table
            .decide_batch(&self.decider, events, time_left)
            .await;
        let results = results.into_iter();
        results
            .map(|result| result.map(drop).map_err(Failure::from))
            .collect()
    }

    fn revision(&self) -> Option<&Revision> {
        Some(self.decider.revision())
    }
}
