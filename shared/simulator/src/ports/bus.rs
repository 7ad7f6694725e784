use contracts::{Event, EventData};
use engine::{Bus, BusError};

use super::Ports;
use crate::{fault::Peer, planted::Planted, world::Fate};

impl Bus for Ports {
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        self.0.step(Peer::Bus).await;
        let mut inside = self.0.lock();
        let mut events = events.to_vec();
        if inside.planted == Some(Planted::LaneForgotten) {
            // Not of the copy: that is upon whatever told of it first.
            let copied = |it: &Event| matches!(it.data, EventData::RecordChanged { .. });
            let follow = events.iter_mut().filter(|it| it.causation.is_some());
            let follow = follow.filter(|it| !copied(it));
            follow.for_each(|event| event.bulk = false);
        }
        if inside.planted == Some(Planted::MailedAtOnce) {
            events.iter_mut().for_each(|event| event.after = None);
        }
        if inside.planted == Some(Planted::AccountsForgotten) {
            for event in &mut events {
                if let EventData::RecordChanged { watched, .. } = &mut event.data {
                    *watched = false;
                }
            }
        }
        let gone = || BusError::Unavailable("the bus is away".to_owned());
        match inside.fate(Peer::Bus) {
            Fate::Well => inside.outbox.append(&mut events),
            Fate::Never => {
                // A bus takes entries one by one: some may have arrived.
                let some = inside.rng.usize(0..=events.len().saturating_sub(1));
                inside.outbox.extend(events.iter().take(some).cloned());
                return Err(gone());
            }
            Fate::AnswerLost => {
                inside.outbox.append(&mut events);
                return Err(gone());
            }
        }
        Ok(())
    }
}
