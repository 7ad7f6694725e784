//! The packs of reviews: one for each review and day, which everybody in it gets.

use std::collections::BTreeMap;

use contracts::{
    Cause, Event, EventId, Function, Indexes, Key, Subject,
    state::{MetricState, MinutesState, ReviewState},
};
use decisions::reviews::{Due, Work, decide, due, metrics_of, stood};
use engine::{Clock, CycleError, Failure, OpenWork, Round, metrics_kept};
use jiff::Timestamp;
use model::{AgendaItem, Review};
use store::{Check, Item, Store, StoreError, Versioned, put_state};

use crate::DailyDigest;

/// What a pack tells beside the minutes.
struct Told {
    work: OpenWork,
    metrics: BTreeMap<String, MetricState>,
}

impl<S: Store, C: Clock> DailyDigest<S, C> {
    /// Decides about the reviews that are held today and whose time has come. Without one nothing is read.
    pub(crate) async fn reviews(&self, tick: &Event, now: Timestamp) -> Result<(), Failure> {
        let mut failed = None;
        for one in due(&self.rules, now) {
            // One review's trouble must not cost the others their packs.
            if let Err(failure) = self.review(tick, &one, now).await {
                failed = Some(failure);
            }
        }
        failed.map_or(Ok(()), Err)
    }

    async fn review(&self, tick: &Event, due: &Due, now: Timestamp) -> Result<(), Failure> {
        let Some(review) = self.rules.model.reviews.get(&due.review) else {
            return Ok(());
        };
        let keys = [Key::review(&due.review), Key::minutes(&due.review)];
        let found = self
            .table
            .store
            .get(keys.get(..1).unwrap_or_default())
            .await?;
        let before = found.into_iter().flatten().next();
        let before = before.map(Versioned::<ReviewState>::read).transpose()?;
        if before.is_some_and(|before| before.state.day >= due.day) {
            return Ok(());
        }
        let told = self.told(review).await?;
        let decided: Result<(), CycleError> = self
            .table
            .change(&keys, |found| {
                Ok(self.round_of_review(tick, (due, review), &told, found, now)?)
            })
            .await;
        Ok(decided?)
    }

    /// Reads what is on the agenda.
    async fn told(&self, review: &Review) -> Result<Told, Failure> {
        let store = &self.table.store;
        let work = match review.agenda.contains(&AgendaItem::Deviations) {
            true => OpenWork::of(store, self.rules.model.people.keys()).await?,
            false => OpenWork::default(),
        };
        let metrics = metrics_kept(store, &metrics_of(&self.rules, review)).await?;
        Ok(Told { work, metrics })
    }

    /// Decides by what stands of the pack and the minutes now: another tick, or somebody who records something, may
    /// have been faster.
    fn round_of_review(
        &self,
        tick: &Event,
        (due, review): (&Due, &Review),
        told: &Told,
        found: Vec<Option<Item>>,
        now: Timestamp,
    ) -> Result<Round<()>, StoreError> {
        let mut found = found.into_iter();
        let mut next = || found.next().flatten();
        let before = next().map(Versioned::<ReviewState>::read).transpose()?;
        let minutes = next().map(Versioned::<MinutesState>::read).transpose()?;
        let nothing = MinutesState::default();
        let work = Work {
            deviations: &told.work.deviations,
            metrics: &told.metrics,
            minutes: minutes.as_ref().map_or(&nothing, |it| &it.state),
        };
        let stood = stood(&self.rules, review, work, now);
        let state = before.as_ref().map(|it| &it.state);
        let Some((draft, after)) = decide(&self.rules, due, state, stood, now) else {
            return Ok(Round::Nothing(()));
        };
        let key = Key::review(&due.review);
        let mark = put_state(key, &after, before.as_ref(), Indexes::default());
        let audit = draft.into_audit(
            Function::DailyDigest,
            Subject::Person(review.chair.clone()),
            &day_of(tick, due),
            0,
            &self.rules.model.revision,
            now,
        );
        let key = Key::audit(&audit.subject, &audit.decision);
        let unchanged = minutes.map(|it| Check {
            key: Key::minutes(&due.review),
            version: it.version,
        });
        let round = Round::writing(vec![mark], ()).recorded(audit);
        Ok(round.only_with(unchanged).unless(key, ()))
    }
}

/// Upon what it is decided: that it is this review's day, which is the same happening whichever tick finds it.
fn day_of(tick: &Event, due: &Due) -> Cause {
    let day = due.day.to_string();
    Cause::of(tick).known_as(EventId::of(&["review", &due.review, &day]))
}
