use contracts::{Event, EventData, EventId};
use crm::{RecordId, RecordKind};
use crm_webhooks::hubspot::webhook::{Batch, Noticed, Quarantined};
use jiff::Timestamp;

use crate::WebhookIntake;

impl<P, K> WebhookIntake<P, K> {
    /// The events of a webhook: one for each record it names, and one for each thing in it that
    /// could not be understood. The same webhook gives the same ids, however often it is sent.
    pub(crate) fn events_of(&self, batch: Batch, now: Timestamp) -> Vec<Event> {
        let noticed = batch.noticed.into_iter().map(|it| self.noticed(it, now));
        let quarantined = batch
            .quarantined
            .into_iter()
            .map(|it| self.quarantined(it, now));
        noticed.chain(quarantined).collect()
    }

    fn noticed(&self, noticed: Noticed, now: Timestamp) -> Event {
        let record = self
            .kind_of(noticed.object.plural())
            .and_then(|kind| RecordId::new(kind, noticed.object_id.clone()).ok());
        let Some(record) = record else {
            let data = EventData::WebhookQuarantined {
                source: self.source.clone(),
                reason: format!(
                    "the model maps no record to {}: add it to the source's records in technology.yaml",
                    noticed.object.plural()
                ),
                subscription: None,
                object: Some(noticed.object_id),
            };
            return self.event(&noticed.event_key, None, now, data);
        };
        let data = EventData::RecordNoticed {
            source: self.source.clone(),
            property: noticed.property,
            occurred: noticed.occurred,
            deleted: noticed.deletion,
        };
        self.event(&noticed.event_key, Some(record), now, data)
    }

    fn quarantined(&self, quarantined: Quarantined, now: Timestamp) -> Event {
        let data = EventData::WebhookQuarantined {
            source: self.source.clone(),
            reason: quarantined.reason.to_string(),
            subscription: quarantined.subscription,
            object: quarantined.object_id,
        };
        self.event(&quarantined.event_key, None, now, data)
    }

    fn kind_of(&self, object: &str) -> Option<RecordKind> {
        let source = self.model.sources.get(&self.source)?;
        let (kind, _) = source.records.iter().find(|(_, name)| *name == object)?;
        Some(*kind)
    }

    fn event(&self, key: &str, record: Option<RecordId>, now: Timestamp, data: EventData) -> Event {
        let id = EventId::of(&[&self.source, key, data.name()]);
        Event {
            id: id.clone(),
            version: Event::VERSION,
            time: now,
            record,
            sequence: 0,
            revision: self.model.revision.clone(),
            causation: None,
            correlation: id,
            data,
        }
    }
}
