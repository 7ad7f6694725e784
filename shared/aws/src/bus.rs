use aws_sdk_eventbridge::{Client, error::DisplayErrorContext, types::PutEventsRequestEntry};
use contracts::Event;

use crate::settings::Settings;

/// The `Source` of every event of ours on the bus.
const SOURCE: &str = "fairlead";

/// EventBridge takes at most 10 entries in a request …
const ENTRIES: usize = 10;

/// … and 256 KB in all; a margin is left for what the SDK adds.
const BYTES: usize = 240 * 1024;

/// The event bus.
#[derive(Debug, Clone)]
pub struct Bus {
    client: Client,
    name: String,
}

/// Why nothing was accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The bus did not answer.
    #[error("the event bus did not answer: {0}; try again later")]
    Unavailable(String),
    /// An event cannot be written as JSON.
    #[error("an event cannot be written: {0}")]
    Malformed(String),
}

/// What the bus made of each event, in the order given: none if it was accepted, else why not.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BusOutcome(pub Vec<Option<String>>);

impl BusOutcome {
    /// Whether every event was accepted.
    #[must_use]
    pub fn all_accepted(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }

    /// How many were refused, and why the first of them was.
    #[must_use]
    pub fn refused(&self) -> Option<(usize, &str)> {
        let mut refused = self.0.iter().flatten();
        let first = refused.next()?;
        Some((refused.count().saturating_add(1), first))
    }
}

impl Bus {
    /// The bus of this name.
    #[must_use]
    pub fn new(settings: &Settings, name: String) -> Self {
        Self {
            client: Client::from_conf(settings.eventbridge()),
            name,
        }
    }

    /// Puts events on the bus, in requests as large as it takes. An event that the bus refuses by
    /// itself is tried once more; what is then still refused stands in the outcome.
    ///
    /// # Errors
    /// If the bus does not answer.
    pub async fn publish(&self, events: &[Event]) -> Result<BusOutcome, BusError> {
        let mut outcome = Vec::with_capacity(events.len());
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        for event in events {
            let entry = self.entry(event)?;
            let size = entry.detail().map_or(0, str::len).saturating_add(512);
            if batch.len() == ENTRIES || (bytes.saturating_add(size) > BYTES && !batch.is_empty()) {
                outcome.extend(self.put(std::mem::take(&mut batch)).await?);
                bytes = 0;
            }
            bytes = bytes.saturating_add(size);
            batch.push(entry);
        }
        if !batch.is_empty() {
            outcome.extend(self.put(batch).await?);
        }
        Ok(BusOutcome(outcome))
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
