use aws_sdk_eventbridge::{Client, error::DisplayErrorContext, types::PutEventsRequestEntry};
use contracts::Event;
use engine::{Bus, BusError};
use futures_util::{StreamExt, TryStreamExt, stream};

use crate::settings::Settings;

/// The `Source` of every event of ours on the bus.
const SOURCE: &str = "fairlead";

/// EventBridge takes at most 10 entries in a request …
const ENTRIES: usize = 10;

/// … and 256 KB in all; a margin is left for what the SDK adds.
const BYTES: usize = 240 * 1024;

/// How many requests are under way at a time. At 20 ms each, a burst of 10,000 events takes less
/// than two seconds; one after the other it would outlast the function.
const UNDER_WAY: usize = 16;

/// The event bus.
#[derive(Debug, Clone)]
pub struct EventBridge {
    client: Client,
    name: String,
}

impl EventBridge {
    /// The bus of this name.
    #[must_use]
    pub fn new(settings: &Settings, name: String) -> Self {
        Self {
            client: Client::from_conf(settings.eventbridge()),
            name,
        }
    }

    /// The events as requests that the bus takes, in order.
    fn batches(&self, events: &[Event]) -> Result<Vec<Vec<PutEventsRequestEntry>>, BusError> {
        let mut batches: Vec<Vec<PutEventsRequestEntry>> = Vec::new();
        let mut bytes = 0_usize;
        for event in events {
            let entry = self.entry(event)?;
            let size = entry.detail().map_or(0, str::len).saturating_add(512);
            bytes = bytes.saturating_add(size);
            match batches.last_mut() {
                Some(batch) if batch.len() < ENTRIES && bytes <= BYTES => batch.push(entry),
                _ => {
                    bytes = size;
                    batches.push(vec![entry]);
                }
            }
        }
        Ok(batches)
    }

    fn entry(&self, event: &Event) -> Result<PutEventsRequestEntry, BusError> {
        let detail =
            serde_json::to_string(event).map_err(|why| BusError::Malformed(why.to_string()))?;
        Ok(PutEventsRequestEntry::builder()
            .source(SOURCE)
            .detail_type(event.name())
            .detail(detail)
            .event_bus_name(&self.name)
            .build())
    }

    /// What the bus made of each event, in the order given: none if it was accepted, else why not.
    async fn put(
        &self,
        batch: Vec<PutEventsRequestEntry>,
    ) -> Result<Vec<Option<String>>, BusError> {
        let mut outcome = self.put_once(batch.clone()).await?;
        let (again, entries): (Vec<usize>, Vec<_>) = outcome
            .iter()
            .zip(batch)
            .enumerate()
            .filter(|(_, (refusal, _))| refusal.is_some())
            .map(|(index, (_, entry))| (index, entry))
            .unzip();
        if entries.is_empty() {
            return Ok(outcome);
        }
        let second = self.put_once(entries).await?;
        for (index, refusal) in again.into_iter().zip(second) {
            if let Some(slot) = outcome.get_mut(index) {
                *slot = refusal;
            }
        }
        Ok(outcome)
    }

    async fn put_once(
        &self,
        batch: Vec<PutEventsRequestEntry>,
    ) -> Result<Vec<Option<String>>, BusError> {
        let asked = batch.len();
        let request = self.client.put_events().set_entries(Some(batch));
        let answer = request
            .send()
            .await
            .map_err(|why| BusError::Unavailable(DisplayErrorContext(&why).to_string()))?;
        let mut outcome: Vec<Option<String>> = answer
            .entries()
            .iter()
            .map(|entry| {
                entry.error_code().map(|code| {
                    format!(
                        "{code}: {}",
                        entry.error_message().unwrap_or("no reason given")
                    )
                })
            })
            .collect();
        // An answer that is too short must not pass for acceptance.
        outcome.resize(
            asked,
            Some("the bus did not answer for this event".to_owned()),
        );
        Ok(outcome)
    }
}

impl Bus for EventBridge {
    /// Puts events on the bus, in requests as large as it takes. An event that the bus refuses by
    /// itself is tried once more.
    async fn publish(&self, events: &[Event]) -> Result<(), BusError> {
        let outcomes: Vec<Vec<Option<String>>> = stream::iter(self.batches(events)?)
            .map(|batch| self.put(batch))
            .buffered(UNDER_WAY)
            .try_collect()
            .await?;
        let mut refused = outcomes.into_iter().flatten().flatten();
        match refused.next() {
            None => Ok(()),
            Some(why) => Err(BusError::Refused {
                count: refused.count().saturating_add(1),
                of: events.len(),
                why,
            }),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use contracts::{EventData, EventId};
    use crm::RecordId;
    use model::Revision;

    use super::*;

    fn ticks(count: usize, id: &str) -> Vec<Event> {
        let at = "2026-11-23T08:00:00Z".parse().unwrap();
        let revision = Revision {
            number: 1,
            hash: id.to_owned(),
        };
        let lead: RecordId = "hubspot:lead:1".parse().unwrap();
        let event = |number| {
            let data = EventData::Tick { at };
            Event::new(EventId::of(&["tick"]), at, &revision, data).about(lead.clone(), number)
        };
        (0..count as u64).map(event).collect()
    }

    fn batches(events: &[Event]) -> Vec<Vec<PutEventsRequestEntry>> {
        let settings = Settings::new(
            "us-east-1".to_owned(),
            None,
            "test".to_owned(),
            "test".to_owned(),
            None,
        );
        EventBridge::new(&settings, "bus".to_owned())
            .batches(events)
            .unwrap()
    }

    #[test]
    fn requests_are_as_large_as_the_bus_takes_and_keep_the_order() {
        assert!(batches(&[]).is_empty());
        let found = batches(&ticks(23, "r"));
        let sizes: Vec<_> = found.iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 10, 3]);
        for (number, entry) in found.iter().flatten().enumerate() {
            let detail = entry.detail().unwrap();
            assert!(
                detail.contains(&format!("\"sequence\":{number},")),
                "{detail}"
            );
        }
    }

    #[test]
    fn no_request_is_larger_than_the_bus_takes() {
        let found = batches(&ticks(7, &"x".repeat(100 * 1024)));
        let sizes: Vec<_> = found.iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 2, 2, 1]);
        let alone = batches(&ticks(2, &"x".repeat(300 * 1024)));
        assert_eq!(alone.len(), 2);
    }
}
