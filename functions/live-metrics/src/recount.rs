//! Judges every record again each night, and compares what the metrics come to with what the records count for.

use std::time::Duration;

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{CountedState, MetricState, MetricsRecountState, counted_shard, counted_shards},
};
use crm::RecordId;
use decisions::metrics::{AT_ONCE, Compared, compare, due, gone_through};
use engine::{Clock, CycleError, Failure, Round, TimeLeft};
use jiff::Timestamp;
use store::{Store, Versioned, put_state};

use crate::{LiveMetrics, TOGETHER};

/// When a tick that another was quicker than looks again.
const LOOKS_AGAIN: Duration = Duration::from_secs(2);

impl<S: Store, C: Clock> LiveMetrics<S, C> {
    /// Goes on with what is under way, or begins with what is due, as long as there is time.
    ///
    /// # Errors
    /// If the table does not answer; it goes on upon the next tick.
    pub(crate) async fn recount(
        &self,
        tick: &Event,
        now: Timestamp,
        time_left: TimeLeft<'_>,
    ) -> Result<(), Failure> {
        let key = Key::metrics_recount();
        let read = self.table.store.get(std::slice::from_ref(&key)).await?;
        let before = read.into_iter().flatten().next();
        let mut before = before
            .map(Versioned::<MetricsRecountState>::read)
            .transpose()?;
        let known = before.as_ref().map(|it| it.state.clone());
        let Some(mut recount) = due(&self.rules, &known.unwrap_or_default(), now) else {
            return Ok(());
        };
        let judged_before = recount.shard.is_none();
        while let Some(shard) = recount.shard {
            let gone = self.judge_again(shard, &recount, (tick, now), time_left);
            let (last, over) = gone.await?;
            recount = gone_through(recount, last, over);
            before = Some(self.mark(before.as_ref(), &recount).await?);
            if !time_left() {
                return Ok(());
            }
        }
        // What was judged again just now is compared upon a later tick, when it has been quiet for a while.
        if judged_before {
            recount.left = self.compare_all(&recount.left, tick, now).await?;
            self.mark(before.as_ref(), &recount).await?;
        }
        Ok(())
    }

    /// Judges the records of a shard again, from where it has come to: the last record, and whether it was the shard's.
    async fn judge_again(
        &self,
        shard: u8,
        recount: &MetricsRecountState,
        (tick, now): (&Event, Timestamp),
        time_left: TimeLeft<'_>,
    ) -> Result<(Option<RecordId>, bool), Failure> {
        let found = self.table.store.of_person(&counted_shard(shard)).await?;
        let records = found.iter().filter_map(|it| it.key.counted_record());
        let mut records: Vec<RecordId> = records
            .filter(|it| recount.after.as_ref().is_none_or(|after| it > after))
            .collect();
        records.sort();
        let mut last = recount.after.clone();
        let mut gone = 0;
        for some in records.chunks(TOGETHER) {
            let some: Vec<_> = some.iter().map(|id| (id, tick, now)).collect();
            self.count(&some).await?;
            last = some.last().map(|(id, ..)| (*id).clone());
            gone += some.len();
            if gone >= AT_ONCE && !time_left() {
                break;
            }
        }
        Ok((last, gone == records.len()))
    }

    async fn mark(
        &self,
        before: Option<&Versioned<MetricsRecountState>>,
        after: &MetricsRecountState,
    ) -> Result<Versioned<MetricsRecountState>, Failure> {
        if let Some(same) = before.filter(|it| it.state == *after) {
            return Ok(same.clone());
        }
        let key = Key::metrics_recount();
        let put = put_state(key.clone(), after, before, Indexes::default());
        let marked: Result<bool, CycleError> = self
            .table
            .change(std::slice::from_ref(&key), |found| {
                let found = found.into_iter().flatten().next();
                if found.map(|it| it.version) != before.map(|it| it.version) {
                    return Ok(Round::Nothing(false));
                }
                Ok(Round::writing(vec![put.clone()], true))
            })
            .await;
        match marked? {
            true => Ok(Versioned {
                version: put.next_version(),
                state: after.clone(),
            }),
            // Of the same tick, delivered twice, or of the next.
            false => Err(Failure::waits(
                "another tick has marked the recount meanwhile",
                LOOKS_AGAIN,
            )),
        }
    }

    /// Compares these metrics; what comes back are those of which something has changed just now.
    async fn compare_all(
        &self,
        names: &[String],
        tick: &Event,
        now: Timestamp,
    ) -> Result<Vec<String>, Failure> {
        // Before the records: what changes meanwhile is noticed by the version.
        let keys: Vec<Key> = names.iter().map(|it| Key::metric(it)).collect();
        let mut states = Vec::new();
        for some in keys.chunks(AT_ONCE) {
            for item in self.table.store.get(some).await? {
                states.push(item.map(Versioned::<MetricState>::read).transpose()?);
            }
        }
        let mut records = Vec::new();
        for shard in counted_shards() {
            for item in self.table.store.of_person(&shard).await? {
                records.push(Versioned::<CountedState>::read(item)?.state);
            }
        }
        let mut left = Vec::new();
        for (name, state) in names.iter().zip(states) {
            let Some(state) = state else { continue };
            if !self.put_right(name, &state, &records, (tick, now)).await? {
                left.push(name.clone());
                continue;
            }
            self.look_at_signals(name, &state.state, (tick, now))
                .await?;
        }
        Ok(left)
    }

    /// Corrects a metric, if its records come to something else. Whether that is settled.
    async fn put_right(
        &self,
        name: &str,
        read: &Versioned<MetricState>,
        records: &[CountedState],
        (tick, now): (&Event, Timestamp),
    ) -> Result<bool, CycleError> {
        let (draft, right) = match compare(&self.rules, (name, &read.state), records, now) {
            Compared::Right => return Ok(true),
            Compared::NotYet => return Ok(false),
            Compared::Wrong(draft, right) => (draft, right),
        };
        let Some(metric) = self.rules.model.metrics.get(name) else {
            return Ok(true);
        };
        let key = Key::metric(name);
        self.table
            .change(std::slice::from_ref(&key), |found| {
                let found = found.into_iter().flatten().next();
                if found.is_none_or(|it| it.version != read.version) {
                    return Ok(Round::Nothing(false));
                }
                let id = EventId::of(&["metric_recount", name, tick.id.as_str()]);
                let audit = (*draft).clone().into_audit(
                    Function::LiveMetrics,
                    Subject::Person(metric.owner.clone()),
                    &Cause::of(tick).known_as(id),
                    0,
                    &self.rules.model.revision,
                    now,
                );
                let there = Key::audit(&audit.subject, &audit.decision);
                let put = put_state(key.clone(), &*right, Some(read), Indexes::default());
                let round = Round::writing(vec![put], true).recorded(audit);
                Ok(round.unless(there, true))
            })
            .await
    }
}
