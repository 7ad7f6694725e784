use std::future::Future;

use contracts::{Event, EventData};
use jiff::Timestamp;
use model::Revision;
use store::Store;

use crate::{
    apart::{then_apart, together},
    clock::Clock,
    cycle::Table,
    decider::Decider,
    deciding::Deciding,
    failure::Failure,
    handler::{Handler, TimeLeft},
};

/// What a function that decides about records does besides, once a minute.
pub trait OnTick<S, C>: Decider {
    /// Upon a tick at this time. It may be delivered more than once.
    ///
    /// # Errors
    /// If it was not done and must be delivered again.
    fn on_tick(
        &self,
        table: &Table<S, C>,
        tick: &Event,
        at: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A function that decides about the record an event names, and does something else upon ticks.
#[derive(Debug)]
pub struct Ticking<S, C, D>(Deciding<S, C, D>);

impl<S, C, D> Ticking<S, C, D> {
    /// Decides over this table.
    #[must_use]
    pub const fn new(table: Table<S, C>, decider: D) -> Self {
        Self(Deciding::new(table, decider))
    }
}

impl<S: Store, C: Clock, D: OnTick<S, C>> Handler for Ticking<S, C, D> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match event.data {
            EventData::Tick { at } => {
                let Deciding { table, decider } = &self.0;
                decider.on_tick(table, event, at).await
            }
            _ => self.0.handle(event, now).await,
        }
    }

    /// All records of a batch together; a tick among them comes after them.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let others = together(events, is_tick);
        let decided = self.0.handle_batch(&others, time_left).await;
        then_apart(self, events, is_tick, decided, time_left).await
    }

    fn revision(&self) -> Option<&Revision> {
        self.0.revision()
    }
}

const fn is_tick(event: &Event) -> bool {
    matches!(event.data, EventData::Tick { .. })
}
