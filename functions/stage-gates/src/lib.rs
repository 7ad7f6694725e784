//! Holds the gates: a stage move is passed, or turned back with the criteria that are not met; beyond so many
//! of one person as the model allows it is held, until somebody says what is to become of it. It
//! never writes into the CRM itself; it asks for it in the events of its audit record.

mod gatekeeper;
mod release;
#[cfg(test)]
mod tests;

use contracts::{Event, EventData};
use decisions::Rules;
use engine::{Clock, Deciding, Failure, Handler, Table, TimeLeft};
use jiff::Timestamp;
use model::Revision;
use store::Store;

pub use gatekeeper::Gatekeeper;

/// The function, over any store.
#[derive(Debug)]
pub struct StageGates<S, C> {
    table: Table<S, C>,
    rules: Rules,
    deciding: Deciding<S, C, Gatekeeper>,
}

impl<S: Store + Clone, C: Clock + Clone> StageGates<S, C> {
    /// Holds the gates of these rules.
    #[must_use]
    pub fn new(table: Table<S, C>, rules: Rules) -> Self {
        Self {
            deciding: Deciding::new(table.clone(), Gatekeeper::new(rules.clone())),
            table,
            rules,
        }
    }
}

impl<S: Store, C: Clock> Handler for StageGates<S, C> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match event.data {
            EventData::Tick { at } => release::tick(&self.table, &self.rules, event, at).await,
            _ => self.deciding.handle(&about_its_record(event), now).await,
        }
    }

    /// All moves of a batch together; a tick among them comes after them.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let is_tick = |event: &Event| matches!(event.data, EventData::Tick { .. });
        let moves = events.iter().filter(|(event, _)| !is_tick(event));
        let moves: Vec<_> = moves
            .map(|(event, now)| (about_its_record(event), *now))
            .collect();
        let of_moves = self.deciding.handle_batch(&moves, time_left).await;
        let mut of_moves = of_moves.into_iter();
        let mut results = Vec::with_capacity(events.len());
        for (event, now) in events {
            let result = if !is_tick(event) {
                of_moves
                    .next()
                    .unwrap_or_else(|| Err(Failure::out_of_time()))
            } else if events.len() == 1 || time_left() {
                self.handle(event, *now).await
            } else {
                Err(Failure::out_of_time())
            };
            results.push(result);
        }
        results
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

/// What is released is decided of a person, and judged of a record.
fn about_its_record(event: &Event) -> Event {
    match &event.data {
        EventData::HoldReleased { record, .. } => event.clone().about(record.clone(), 0),
        _ => event.clone(),
    }
}
