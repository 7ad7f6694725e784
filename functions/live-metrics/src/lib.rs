//! Counts the metrics of the model as records change.
//!
//! Upon an event its record is judged as it is now, whatever the event says: what it counted for is taken back, what it
//! counts for is added, in one transaction. So an event that comes twice, late or in another order changes nothing, and
//! many about one record are one look at it. Each night every record is judged again, since time alone can change what
//! it counts for, and what the metrics come to is compared with what all records count for.

mod counting;
mod recount;
mod signals;
mod told;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use contracts::{Event, EventData};
use crm::RecordId;
use decisions::{Rules, metrics::looks_at};
use engine::{Clock, Failure, Handler, Table, TimeLeft};
use jiff::Timestamp;
use model::Revision;
use store::Store;

/// The most records that are counted in one transaction: it takes a hundred items, the metrics among them.
const TOGETHER: usize = 40;

/// The function, over any store.
#[derive(Debug)]
pub struct LiveMetrics<S, C> {
    table: Table<S, C>,
    rules: Rules,
}

/// Records that are to be judged, each with the event upon which, and as of when.
type Named<'e> = BTreeMap<RecordId, (&'e Event, Timestamp)>;

impl<S: Store, C: Clock> LiveMetrics<S, C> {
    /// Counts the metrics of these rules.
    #[must_use]
    pub const fn new(table: Table<S, C>, rules: Rules) -> Self {
        Self { table, rules }
    }

    /// Counts these records together; one by one where that fails, so that one of them costs the others nothing.
    async fn count_all(
        &self,
        named: &Named<'_>,
        time_left: TimeLeft<'_>,
    ) -> BTreeMap<RecordId, Result<(), Failure>> {
        let all: Vec<_> = named
            .iter()
            .map(|(id, (event, at))| (id, *event, *at))
            .collect();
        let mut results = BTreeMap::new();
        for chunk in all.chunks(TOGETHER) {
            if !results.is_empty() && !time_left() {
                let skipped = chunk.iter().map(|(id, ..)| (*id).clone());
                results.extend(skipped.map(|id| (id, Err(Failure::out_of_time()))));
                continue;
            }
            let counted = self.count(chunk).await;
            if counted.is_ok() || chunk.len() == 1 {
                let each = chunk.iter().map(|(id, ..)| (*id).clone());
                results.extend(each.map(|id| (id, counted.clone())));
                continue;
            }
            for one in chunk {
                let counted = self.count(std::slice::from_ref(one)).await;
                results.insert(one.0.clone(), counted);
            }
        }
        results
    }
}

impl<S: Store, C: Clock> Handler for LiveMetrics<S, C> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        let batch = [(event.clone(), now)];
        let mut results = self.handle_batch(&batch, &|| true).await;
        results.pop().unwrap_or(Ok(()))
    }

    /// Each record of a batch is judged once, however many events name it; a tick among them comes after them.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let mut named: Named<'_> = BTreeMap::new();
        for (event, now) in events {
            let Some(record) = event.judges() else {
                continue;
            };
            if looks_at(&self.rules, record.kind) {
                let latest = named.entry(record.clone()).or_insert((event, *now));
                latest.1 = latest.1.max(*now);
            }
        }
        let counted = self.count_all(&named, time_left).await;
        let mut results = Vec::with_capacity(events.len());
        for (event, now) in events {
            let record = event.judges().and_then(|it| counted.get(it));
            results.push(match (record, &event.data) {
                (Some(counted), _) => counted.clone(),
                (None, EventData::Tick { .. }) => self.recount(event, *now, time_left).await,
                (None, _) => Ok(()),
            });
        }
        results
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}
