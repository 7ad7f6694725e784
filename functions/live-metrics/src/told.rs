//! Tells the owner of a metric that it is below its floor, once a week; not while a CRM is read for the first time, when
//! it is what a part of the records comes to.

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{MetricState, SweepState},
};
use decisions::{
    metrics::{Below, below},
    sweep::is_partial,
};
use engine::{Clock, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Store, Versioned, put_state, read_or_default};

use crate::LiveMetrics;

impl<S: Store, C: Clock> LiveMetrics<S, C> {
    /// Tells of each of these metrics that is below its floor, if that was not told this week.
    pub(crate) async fn tell_floors(
        &self,
        metrics: &[(String, MetricState)],
        upon: &Event,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for (name, state) in metrics {
            if below(&self.rules, name, state, now).is_none() {
                continue;
            }
            let sweep = self.table.store.get(&[Key::crm_sweep()]).await?;
            let sweep: SweepState = read_or_default(sweep.first())?;
            if is_partial(&sweep) {
                return Ok(());
            }
            self.tell_floor(name, upon, now).await?;
        }
        Ok(())
    }

    async fn tell_floor(&self, name: &str, upon: &Event, now: Timestamp) -> Result<(), CycleError> {
        let key = Key::metric(name);
        self.table
            .change(std::slice::from_ref(&key), |found| {
                let item = found.into_iter().flatten().next();
                let Some(before) = item.map(Versioned::<MetricState>::read).transpose()? else {
                    return Ok(Round::Nothing(()));
                };
                let told = below(&self.rules, name, &before.state, now);
                let metric = self.rules.model.metrics.get(name);
                let (Some(Below { draft, week }), Some(metric)) = (told, metric) else {
                    return Ok(Round::Nothing(()));
                };
                let after = MetricState {
                    told: Some(week),
                    ..before.state.clone()
                };
                let put = put_state(key.clone(), &after, Some(&before), Indexes::default());
                let id = EventId::of(&["metric_floor", name, &week.to_string()]);
                let audit = draft.into_audit(
                    Function::LiveMetrics,
                    Subject::Person(metric.owner.clone()),
                    &Cause::of(upon).known_as(id),
                    0,
                    &self.rules.model.revision,
                    now,
                );
                let there = Key::audit(&audit.subject, &audit.decision);
                let round = Round::writing(vec![put], ()).recorded(audit);
                Ok(round.unless(there, ()))
            })
            .await
    }
}
