//! Keeps our copy of the CRM's records. A webhook only names a record; here it is fetched, kept if
//! it is newer, and the difference is told as `record.changed`. It judges nothing, and never writes
//! into the CRM.

mod accounts;
mod activities;
mod behaviour;
mod behaviour_of_account;
mod beside;
mod copies;
mod drift;
mod erasing;
mod fetch;
mod labels;
mod matching;
mod others;
mod people;
mod quarantine;
mod stale;
mod sweep;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use contracts::{DeadlineKind, Event, EventData};
use crm::{RecordId, RecordKind, SourceName};
use decisions::Rules;
use engine::{Clock, Crm, CrmSetUp, Crms, Failure, Handler, Table, TimeLeft};
use jiff::Timestamp;
use model::{Mappings, Revision};
use store::Store;

/// The function, over any table and CRMs.
#[derive(Debug)]
pub struct CrmSync<S, C, R> {
    table: Table<S, C>,
    crms: Crms<R>,
    rules: Rules,
    mappings: Mappings,
    /// With what mail addresses are hashed by whoever tells of behaviour; none: nobody is known by theirs.
    subject_key: Option<Vec<u8>>,
}

/// An event that names a record, and the business's time at which it is handled: each its own, since
/// what is told of next month must not take along what came with it.
type Notice<'a> = (&'a Event, Timestamp);

/// The events of one batch that name records of one kind in one source.
type Named<'a> = BTreeMap<RecordId, Vec<Notice<'a>>>;

/// Said of a record that was to be fetched and of which nothing is known after that.
const NOTHING_BECAME: &str = "the record was asked for, and nothing became of it";

/// What became of each record.
type Results = BTreeMap<RecordId, Result<(), Failure>>;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Keeps copies of what this model maps, of these sources.
    #[must_use]
    pub fn new(table: Table<S, C>, crms: impl Into<Crms<R>>, rules: Rules) -> Self {
        let mappings = Mappings::of(&rules.model);
        Self {
            table,
            crms: crms.into(),
            rules,
            mappings,
            subject_key: None,
        }
    }

    /// The same that knows by this key of whom behaviour is told, by the HMAC of a mail address.
    #[must_use]
    pub fn with_subject_key(mut self, key: Option<Vec<u8>>) -> Self {
        self.subject_key = key;
        self
    }
}

impl<S: Store, C: Clock, R: Crm + CrmSetUp> CrmSync<S, C, R> {
    /// What is not a record to look at is handled by itself.
    async fn handle_other(
        &self,
        event: &Event,
        now: Timestamp,
        time_left: TimeLeft<'_>,
    ) -> Result<(), Failure> {
        match (&event.data, &event.record) {
            (EventData::Tick { .. }, _) => {
                self.look_if_due(event, now).await?;
                self.labels_if_due(event).await?;
                self.sweep(event, time_left).await
            }
            (EventData::SweepAsked { look }, _) => {
                self.look_at_people(event, now).await?;
                self.sweep_now(event, *look, time_left).await
            }
            (EventData::WebhookQuarantined { .. }, _) => {
                quarantine::keep(&self.table, event, now).await
            }
            (EventData::BehaviourSeen(seen), _) => self.behaved(seen, event, now).await,
            (
                EventData::DeadlineDue {
                    kind: DeadlineKind::Record,
                    ..
                },
                Some(record),
            ) => self.count_behaviour(record, (event, now)).await,
            (EventData::RecordChanged { .. }, Some(record))
                if record.kind == RecordKind::Account =>
            {
                self.carry_account_over(record, event, now).await
            }
            _ => Ok(()),
        }
    }
}

impl<S: Store, C: Clock, R: Crm + CrmSetUp> Handler for CrmSync<S, C, R> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let results = self.handle_batch(&[(event.clone(), now)], &|| true).await;
        results.into_iter().next().unwrap_or(Ok(()))
    }

    /// Records of the same kind are fetched together, each once, however many events name it. No further
    /// kind is begun, and no further event that names none, when there is no time for it.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let mut groups: BTreeMap<(SourceName, RecordKind), Named<'_>> = BTreeMap::new();
        for (event, now) in events {
            if let (EventData::RecordNoticed { .. }, Some(record)) = (&event.data, &event.record) {
                let group = (record.source.clone(), record.kind);
                let group = groups.entry(group).or_default();
                group.entry(record.clone()).or_default().push((event, *now));
            }
        }
        let mut begun = false;
        let mut fetched = Results::new();
        for ((source, kind), mut named) in groups {
            if begun && !time_left() {
                let skipped = named.into_keys();
                fetched.extend(skipped.map(|record| (record, Err(Failure::out_of_time()))));
                continue;
            }
            begun = true;
            fetched.extend(self.forget(&mut named).await);
            if !named.is_empty() {
                fetched.extend(self.fetch(&source, kind, &named).await);
            }
        }
        // A sweep takes all the time that there is, so what it came with goes first.
        let sweeps = |it: &usize| events.get(*it).is_some_and(|(event, _)| is_sweep(event));
        let (last, first): (Vec<usize>, Vec<usize>) = (0..events.len()).partition(sweeps);
        let mut results: BTreeMap<usize, Result<(), Failure>> = BTreeMap::new();
        for index in first.into_iter().chain(last) {
            let Some((event, now)) = events.get(index) else {
                continue;
            };
            let result = match (&event.data, &event.record) {
                (EventData::RecordNoticed { .. }, Some(record)) => {
                    let became = fetched.get(record).cloned();
                    became.unwrap_or_else(|| Err(Failure::Itself(NOTHING_BECAME.to_owned())))
                }
                _ if begun && !time_left() => Err(Failure::out_of_time()),
                _ => {
                    begun = true;
                    self.handle_other(event, *now, time_left).await
                }
            };
            results.insert(index, result);
        }
        results.into_values().collect()
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

const fn is_sweep(event: &Event) -> bool {
    matches!(
        event.data,
        EventData::Tick { .. } | EventData::SweepAsked { .. }
    )
}

/// The event that first named a record: its chain is the one that the copy belongs to.
fn first<'a>(named: &Named<'a>, record: &RecordId) -> Option<Notice<'a>> {
    named.get(record)?.first().copied()
}

/// The ids of a group, as the CRM takes them.
fn ids(named: &Named<'_>) -> Vec<String> {
    let ids: BTreeSet<String> = named.keys().map(|record| record.id.clone()).collect();
    ids.into_iter().collect()
}
