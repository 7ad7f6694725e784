//! Takes back what records counted for, and adds what they count for now.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Event, Indexes, Key,
    state::{
        ApprovalsState, ClocksState, Contribution, CountedState, ExceptionsState, GateState,
        MetricState, RoutingState, counted_in,
    },
};
use crm::RecordId;
use decisions::{
    metrics::{Changed, Standings, contributions, counted, falls_due_later},
    renamed,
};
use engine::{Clock, CycleError, Failure, RecordFacts, Round};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{Item, Put, Store, StoreError, Versioned, put_state};

use crate::LiveMetrics;

/// How many records are read at a time.
const READS: usize = 16;

/// How many metrics change in one transaction at most, each with what it had come to the day before. With the records
/// that is less than the hundred items that a transaction takes.
const METRICS: usize = 25;

/// How often records are judged again, if somebody else was at them meanwhile, or they move in more metrics than one
/// transaction changes.
const TRIES: usize = 12;

/// How long it is kept what a metric had come to on a day: a year, and a month to look back on it.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 400);

/// A record that is to be judged, upon which event, and as of when.
pub(crate) type One<'a> = (&'a RecordId, &'a Event, Timestamp);

/// What a record counts for now, and what is kept of it.
struct Judged {
    id: RecordId,
    before: Option<Versioned<CountedState>>,
    after: CountedState,
    /// Whether it comes to count once a later period begins, of which no event tells.
    later: bool,
}

impl Judged {
    fn counts_for(&self, metric: &str) -> Changed<'_> {
        let before = self.before.as_ref();
        Changed {
            before: before.and_then(|it| it.state.metrics.get(metric)),
            after: self.after.metrics.get(metric),
        }
    }
}

impl<S: Store, C: Clock> LiveMetrics<S, C> {
    /// Counts these records as they are now.
    ///
    /// # Errors
    /// If the table does not answer, or others were faster every time.
    pub(crate) async fn count(&self, records: &[One<'_>]) -> Result<(), Failure> {
        for _ in 0..TRIES {
            let mut judged = self.judged(records).await?;
            let all = metrics_of(&judged);
            if !judged.iter().any(Judged::moves) {
                return Ok(());
            }
            let some: BTreeSet<String> = all.iter().take(METRICS).cloned().collect();
            judged.iter_mut().for_each(|it| it.moves_only(&some));
            let moved: Vec<&Judged> = judged.iter().filter(|it| it.moves()).collect();
            let at = records.iter().map(|(.., at)| *at).max().unwrap_or_default();
            let Some(after) = self.count_together(&moved, &some, at).await? else {
                continue;
            };
            if let Some((_, event, _)) = records.first() {
                self.tell_floors(&after, event, at).await?;
            }
            if some.len() == all.len() {
                return Ok(());
            }
        }
        Err(Failure::everybody(
            "the records were counted by somebody else every time",
        ))
    }

    /// Judges the records. What they counted for is read before them: whoever counts them meanwhile is noticed by that,
    /// and nothing older than what was counted is ever counted.
    async fn judged(&self, records: &[One<'_>]) -> Result<Vec<Judged>, Failure> {
        let keys: Vec<Key> = records.iter().map(|(id, ..)| Key::counted(id)).collect();
        let kept = self.table.store.get(&keys).await?;
        let partitions = records.iter().map(|(id, ..)| Key::partition_of(id));
        let partitions: Vec<String> = partitions.collect();
        let partitions = stream::iter(partitions)
            .map(|pk| async move { self.table.store.partition(&pk).await })
            .buffered(READS);
        let partitions: Vec<Vec<Item>> = partitions.try_collect().await?;
        let mut judged = Vec::with_capacity(records.len());
        for (((id, _, at), kept), items) in records.iter().zip(kept).zip(partitions) {
            let before = kept.map(Versioned::<CountedState>::read).transpose()?;
            let (metrics, later) = match RecordFacts::read(items)? {
                Some(facts) => {
                    let record = &facts.record.state.record;
                    let later = falls_due_later(&self.rules, record, *at);
                    (self.counts_for(&facts, *at)?, later)
                }
                None => (BTreeMap::new(), false),
            };
            judged.push(Judged {
                id: (*id).clone(),
                before,
                after: CountedState { at: *at, metrics },
                later,
            });
        }
        Ok(judged)
    }

    fn counts_for(
        &self,
        facts: &RecordFacts,
        now: Timestamp,
    ) -> Result<BTreeMap<String, Contribution>, StoreError> {
        let clocks = facts.state::<ClocksState>()?.map(|mut it| {
            renamed::clocks(&self.rules, &mut it.state);
            it.state
        });
        let others = Standings {
            gate: facts.state::<GateState>()?.map(|it| it.state),
            clocks,
            routing: facts.state::<RoutingState>()?.map(|it| it.state.status),
            exceptions: facts.state::<ExceptionsState>()?.map(|it| it.state),
            approvals: facts.state::<ApprovalsState>()?.map(|it| it.state),
        };
        let record = &facts.record.state.record;
        Ok(contributions(&self.rules, record, &others, now))
    }

    /// Commits what the records count for, and what the metrics come to by that: what came of the metrics; none if
    /// somebody else has counted one of the records meanwhile.
    async fn count_together(
        &self,
        moved: &[&Judged],
        metrics: &BTreeSet<String>,
        now: Timestamp,
    ) -> Result<Option<Vec<(String, MetricState)>>, CycleError> {
        let of_records = moved.iter().map(|it| Key::counted(&it.id));
        let of_metrics = metrics.iter().map(|it| Key::metric(it));
        let keys: Vec<Key> = of_records.chain(of_metrics).collect();
        self.table
            .change(&keys, |found| {
                let mut found = found.into_iter();
                let versions = found.by_ref().take(moved.len());
                let versions: Vec<Option<u64>> =
                    versions.map(|it| it.map(|it| it.version)).collect();
                let read = moved
                    .iter()
                    .map(|it| it.before.as_ref().map(|it| it.version));
                if !read.eq(versions) {
                    return Ok(Round::Nothing(None));
                }
                let (mut puts, mut after) = (moved.iter().map(|it| it.put()).collect(), Vec::new());
                for (metric, item) in metrics.iter().zip(found) {
                    let before = item.map(Versioned::<MetricState>::read).transpose()?;
                    let changed: Vec<_> = moved.iter().map(|it| it.counts_for(metric)).collect();
                    if let Some(state) = self.put_metric(metric, before, &changed, now, &mut puts) {
                        after.push((metric.clone(), state));
                    }
                }
                Ok(Round::writing(puts, Some(after)))
            })
            .await
    }

    /// Puts what a metric comes to now. Where that is the first of a day, what it came to before is kept as that of the
    /// day on which it last changed.
    fn put_metric(
        &self,
        metric: &str,
        before: Option<Versioned<MetricState>>,
        changed: &[Changed<'_>],
        now: Timestamp,
        puts: &mut Vec<Put>,
    ) -> Option<MetricState> {
        let day = now.to_zoned(self.rules.company_zone().clone()).date();
        let state = before.as_ref().map(|it| &it.state);
        let revision = self.rules.model.revision.number;
        let after = counted(state, changed, revision, (day, now))?;
        let key = Key::metric(metric);
        puts.push(put_state(key, &after, before.as_ref(), Indexes::default()));
        if let Some(state) = state.filter(|it| it.day < after.day) {
            let key = Key::metric_on(metric, state.day);
            let kept = put_state::<_, MetricState>(key, state, None, Indexes::default());
            puts.push(Put {
                expires: now.checked_add(KEPT).ok(),
                ..kept
            });
        }
        Some(after)
    }
}

impl Judged {
    /// Whether it counts for something else than before, or will by time alone.
    fn moves(&self) -> bool {
        match &self.before {
            // It may stand in no index yet, if it counted for something once.
            Some(before) if before.state.metrics.is_empty() && self.later => true,
            Some(before) => before.state.metrics != self.after.metrics,
            None => !self.after.metrics.is_empty() || self.later,
        }
    }

    /// Leaves what it counts for in other metrics as it was.
    fn moves_only(&mut self, metrics: &BTreeSet<String>) {
        let before = self.before.as_ref().map(|it| &it.state.metrics);
        let mut after = before.cloned().unwrap_or_default();
        for metric in metrics {
            match self.after.metrics.remove(metric) {
                Some(counts) => after.insert(metric.clone(), counts),
                None => after.remove(metric),
            };
        }
        self.after.metrics = after;
    }

    fn put(&self) -> Put {
        // Whoever counts for nothing, and will not by time alone, need not be looked at each night.
        let is_looked_at = self.later || !self.after.metrics.is_empty();
        let person = is_looked_at.then(|| counted_in(&self.id));
        let indexes = Indexes {
            person,
            ..Indexes::default()
        };
        let key = Key::counted(&self.id);
        put_state(key, &self.after, self.before.as_ref(), indexes)
    }
}

/// The metrics in which any of these counts for something else.
fn metrics_of(judged: &[Judged]) -> BTreeSet<String> {
    let names = judged.iter().flat_map(|it| {
        let before = it.before.iter().flat_map(|it| it.state.metrics.keys());
        let names = before.chain(it.after.metrics.keys());
        names.filter(|name| {
            let counts = it.counts_for(name);
            counts.before != counts.after
        })
    });
    names.cloned().collect()
}
