use contracts::Event;
use engine::{Bus, BusError};

use super::Ports;
use crate::{fault::Peer, world::Fate};

impl Bus for Ports {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        self.0.step(Peer::Bus).await;
        let mut inside = self.0.lock();
        let gone = || BusError::Unavailable("the bus is away".to_owned());
        match inside.fate(Peer::Bus) {
            Fate::Well => inside.outbox.extend_from_slice(events),
            Fate::Never => {
                // A bus takes entries one by one: some may have arrived.
                let some = inside.rng.usize(0..=events.len().saturating_sub(1));
                inside.outbox.extend(events.iter().take(some).cloned());
                return Err(gone());
            }
            Fate::AnswerLost => {
                inside.outbox.extend_from_slice(events);
                return Err(gone());
            }
        }
        Ok(())
    }
}
