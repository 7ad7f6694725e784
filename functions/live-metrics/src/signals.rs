//! Compares the metrics that signals watch with what they had come to weeks before, each night.

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{MetricState, latest_up_to},
};
use decisions::metrics::{needs_look, signalled};
use engine::{Clock, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Store, Versioned, put_state};

use crate::LiveMetrics;

impl<S: Store, C: Clock> LiveMetrics<S, C> {
    /// Opens what signals of a metric are to be opened, and closes those that are over.
    pub(crate) async fn look_at_signals(
        &self,
        name: &str,
        state: &MetricState,
        (tick, now): (&Event, Timestamp),
    ) -> Result<(), Failure> {
        if !needs_look(&self.rules, name, state) {
            return Ok(());
        }
        let items = self
            .table
            .store
            .partition(&Key::metric_partition(name))
            .await?;
        let days = items.into_iter().map(Versioned::<MetricState>::read);
        let days = days.collect::<Result<Vec<_>, _>>()?;
        let days: Vec<MetricState> = days.into_iter().map(|it| it.state).collect();
        // One after the other: each is a decision of its own.
        while self.signal(name, &days, (tick, now)).await? {}
        Ok(())
    }

    /// Opens or closes one signal of a metric; whether there was one.
    async fn signal(
        &self,
        name: &str,
        days: &[MetricState],
        (tick, now): (&Event, Timestamp),
    ) -> Result<bool, CycleError> {
        let key = Key::metric(name);
        self.table
            .change(std::slice::from_ref(&key), |found| {
                let item = found.into_iter().flatten().next();
                let Some(before) = item.map(Versioned::<MetricState>::read).transpose()? else {
                    return Ok(Round::Nothing(false));
                };
                let on = |day| latest_up_to(days, day);
                let found = signalled(&self.rules, name, &before.state, on, now);
                let metric = self.rules.model.metrics.get(name);
                let (Some(signalled), Some(metric)) = (found, metric) else {
                    return Ok(Round::Nothing(false));
                };
                let after = signalled.kept(&before.state);
                let put = put_state(key.clone(), &after, Some(&before), Indexes::default());
                let id = EventId::of(&["metric_signal", &signalled.signal, tick.id.as_str()]);
                let audit = signalled.draft.into_audit(
                    Function::LiveMetrics,
                    Subject::Person(metric.owner.clone()),
                    &Cause::of(tick).known_as(id),
                    0,
                    &self.rules.model.revision,
                    now,
                );
                let there = Key::audit(&audit.subject, &audit.decision);
                let round = Round::writing(vec![put], true).recorded(audit);
                Ok(round.unless(there, false))
            })
            .await
    }
}
