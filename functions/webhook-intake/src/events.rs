use std::collections::{BTreeMap, BTreeSet};

use contracts::{Erasure, Event, EventData, EventId, Merge, Quarantined};
use crm::{RecordId, RecordKind, SourceName};
use engine::webhooks::{self, Batch, Merger, Noticed};
use jiff::Timestamp;
use model::OperatingModel;

/// The most records of a kind in one webhook that still count as coming alone.
pub(crate) const ALONE: usize = 10;

/// The events of a webhook: one for each record it names, however often it does, and one for each thing in it that could
/// not be understood. The same webhook gives the same ids, however often it is sent.
pub(crate) fn events_of(
    model: &OperatingModel,
    source: &SourceName,
    batch: Batch,
    now: Timestamp,
) -> Vec<Event> {
    let noticed = together(batch.noticed).into_iter();
    let noticed = noticed.map(|it| noticed_event(model, source, it, now));
    let quarantined = batch.quarantined.into_iter();
    let quarantined = quarantined.map(|it| quarantined_event(model, source, it, now));
    marked(noticed.chain(quarantined).collect())
}

/// The same, where one stands for all that only say that a record is to be looked at: a record that is created is named
/// once for itself and once for each record that it belongs to. What says more stands for itself.
fn together(noticed: Vec<Noticed>) -> Vec<Noticed> {
    let mut kept: Vec<Noticed> = Vec::with_capacity(noticed.len());
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    for it in noticed {
        if it.deletion || it.erasure || it.merger.is_some() {
            kept.push(it);
            continue;
        }
        let record = (it.object.clone(), it.object_id.clone());
        let place = *places.entry(record).or_insert(kept.len());
        let Some(first) = kept.get_mut(place) else {
            kept.push(it);
            continue;
        };
        first.occurred = first.occurred.max(it.occurred);
        // What somebody has changed by itself as well is not kept waiting.
        first.in_bulk &= it.in_bulk;
        if first.property != it.property {
            first.property = None;
        }
    }
    kept
}

/// The same, those marked that came with many others, as well as what the CRM says was changed so: whoever edits
/// hundreds of records at once waits longer than whoever sends one.
fn marked(events: Vec<Event>) -> Vec<Event> {
    let mut named: BTreeMap<RecordKind, BTreeSet<RecordId>> = BTreeMap::new();
    for record in events.iter().filter_map(|event| event.record.as_ref()) {
        named.entry(record.kind).or_default().insert(record.clone());
    }
    let is_one_of_many = |event: &Event| {
        let record = event.record.as_ref();
        let all = record.and_then(|record| named.get(&record.kind));
        all.is_some_and(|all| all.len() > ALONE)
    };
    let marked = events.into_iter().map(|event| {
        if is_one_of_many(&event) {
            event.in_bulk()
        } else {
            event
        }
    });
    marked.collect()
}

fn noticed_event(
    model: &OperatingModel,
    source: &SourceName,
    noticed: Noticed,
    now: Timestamp,
) -> Event {
    let record = kind_of(model, source, &noticed.object)
        .and_then(|kind| RecordId::new(source, kind, noticed.object_id.clone()).ok());
    let Some(record) = record else {
        let data = EventData::WebhookQuarantined(Quarantined {
            source: source.clone(),
            reason: format!(
                "the model maps no record to {}: add it to the source's records in technology.yaml",
                noticed.object
            ),
            subscription: None,
            object: Some(noticed.object_id),
            of: Some(noticed.object),
        });
        return event(model, source, &noticed.event_key, now, data);
    };
    let in_bulk = noticed.in_bulk;
    let data = EventData::RecordNoticed {
        property: noticed.property,
        occurred: noticed.occurred,
        deleted: noticed.deletion,
        merge: noticed.merger.and_then(|it| merge(it, &record)),
        swept: None,
        erasure: noticed.erasure.then_some(Erasure::Crm),
    };
    let event = event(model, source, &noticed.event_key, now, data).about(record, 0);
    match in_bulk {
        true => event.in_bulk(),
        false => event,
    }
}

/// What a merge has made of a record; nothing if no other record is named that can be one.
fn merge(merger: Merger, record: &RecordId) -> Option<Merge> {
    let other = |id| RecordId::new(&record.source, record.kind, id).ok();
    match merger {
        Merger::Into(stays) => other(stays).map(Merge::Into),
        Merger::Of(gone) => Some(Merge::Of(gone.into_iter().filter_map(other).collect())),
    }
}

fn quarantined_event(
    model: &OperatingModel,
    source: &SourceName,
    quarantined: webhooks::Quarantined,
    now: Timestamp,
) -> Event {
    let data = EventData::WebhookQuarantined(Quarantined {
        source: source.clone(),
        reason: quarantined.reason,
        subscription: quarantined.subscription,
        object: quarantined.object_id,
        of: quarantined.object,
    });
    event(model, source, &quarantined.event_key, now, data)
}

fn kind_of(model: &OperatingModel, source: &SourceName, object: &str) -> Option<RecordKind> {
    let source = model.sources.get(source)?;
    let (kind, _) = source.records.iter().find(|(_, name)| *name == object)?;
    Some(*kind)
}

fn event(
    model: &OperatingModel,
    source: &SourceName,
    key: &str,
    now: Timestamp,
    data: EventData,
) -> Event {
    let id = EventId::of(&[source.as_str(), key, data.name()]);
    Event::new(id, now, &model.revision, data)
}
