//! What becomes of a message that was not handled: one rule, whatever hosts the functions.
//!
//! What is there for nobody is waited for, up to a day; it says nothing of the message. So is what has to
//! come first, up to three days, which do not count for the day. A message that failed by itself is counted
//! in an item of its own, not by how often it was received, and given up at the eighth time. What no
//! repetition helps is given up at once. Whoever is given up is told why.

use std::time::Duration;

use contracts::{EventId, Function, Indexes, Key, state::FailuresState};
use jiff::{SignedDuration, Timestamp};
use store::{Store, StoreError, Versioned, put_state, read_or_default};

use crate::{
    back_off::{doubled, part_of},
    clock::Clock,
    cycle::{CycleError, Round, Table},
    failure::Failure,
};

/// How often a message may fail by itself.
pub const MOST_FAILURES: u32 = 8;

/// How long a message waits for what is there for nobody.
pub const LONGEST_OUTAGE: SignedDuration = SignedDuration::from_hours(24);

/// The longest single wait: a queue keeps a message out of sight for at most 12 hours after it was
/// received, and the function has had it for a while.
pub const LONGEST_WAIT: Duration = Duration::from_secs(12 * 3600 - 300);

/// How long a message waits for what has to come first. A queue forgets it after 14 days without a word.
const LONGEST_WAITING: SignedDuration = SignedDuration::from_hours(72);

/// The first wait where nobody says how long, and the longest.
const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Whoever was told how long to wait, and waits again and again, waits at least this long in the end: a
/// queue gives a message out a thousand times at most.
const FIRST_ASKED: Duration = Duration::from_secs(1);
const LONGEST_ASKED: Duration = Duration::from_secs(5 * 60);

/// A shorter wait for what has to come first is not worth a write: an outage that begins after it is given up
/// so much earlier.
const SHORTEST_COUNTED: Duration = Duration::from_secs(60);

/// How long the table remembers how often a message failed: longer than it may take to fail eight times.
const REMEMBER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A message as its queue gives it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// When it was received for the first time.
    pub first: Timestamp,
    /// How often it was received, from 1.
    pub received: u32,
}

/// What becomes of a message that was not handled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// It comes again after so long.
    Wait(Duration),
    /// It is a dead letter, for this reason.
    GiveUp(String),
}

/// The rule, and by how much faster it is played than in the cloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    faster: u32,
}

impl Default for Retries {
    fn default() -> Self {
        Self::faster(1)
    }
}

impl Retries {
    /// All waits and limits divided by `times` (at least 1): for tests, which cannot wait for hours.
    #[must_use]
    pub const fn faster(times: u32) -> Self {
        Self {
            faster: if times == 0 { 1 } else { times },
        }
    }

    /// A limit of the cloud's, as it is here.
    #[must_use]
    pub fn limit(self, longest: SignedDuration) -> SignedDuration {
        longest / i32::try_from(self.faster).unwrap_or(i32::MAX)
    }

    /// Whether a message was first received so long ago, or longer.
    fn is_over(self, longest: SignedDuration, delivery: Delivery, now: Timestamp) -> bool {
        now.duration_since(delivery.first) >= self.limit(longest)
    }

    /// What becomes of a message that failed for the `failed`th time by itself. `what` names it, for
    /// spreading the waits; `now` is the machine's time.
    #[must_use]
    pub fn next(
        self,
        failure: &Failure,
        failed: u32,
        delivery: Delivery,
        what: &str,
        now: Timestamp,
    ) -> Next {
        let spread = |wait: Duration| part_of(wait, what, delivery.received, now);
        let (wait, longest) = match failure {
            Failure::Final(why) => return Next::GiveUp(why.clone()),
            Failure::Itself(why) if failed >= MOST_FAILURES => {
                return Next::GiveUp(format!(
                    "it failed {failed} times by itself, the last time because {why}"
                ));
            }
            Failure::Itself(_) => {
                let wait = doubled(FIRST, LONGEST, failed);
                (wait.saturating_sub(spread(wait / 4)), None)
            }
            Failure::Everybody { wait: None, .. } => {
                let wait = doubled(FIRST, LONGEST, delivery.received);
                let wait = wait.saturating_sub(spread(wait / 4));
                (wait, Some(LONGEST_OUTAGE))
            }
            Failure::Everybody {
                wait: Some(asked), ..
            } => (asked_for(*asked, delivery, spread), Some(LONGEST_OUTAGE)),
            Failure::Waits { wait, left, .. } => {
                let wait = asked_for(*wait, delivery, spread);
                // What is over at a known time is looked at then, and not a part of the wait later.
                let most = left.map_or(wait, |left| left.saturating_mul(self.faster));
                (wait.min(most), Some(LONGEST_WAITING))
            }
        };
        let wait = wait.max(FIRST_ASKED).min(LONGEST_WAIT);
        let waited = now.duration_since(delivery.first);
        let waited = waited.saturating_mul(i32::try_from(self.faster).unwrap_or(i32::MAX));
        let Some(longest) = longest else {
            return Next::Wait(wait / self.faster);
        };
        if waited >= longest {
            let hours = longest.as_hours();
            return Next::GiveUp(format!("it waited for {hours} hours: {failure}"));
        }
        // One last try at the end of it.
        let left = Duration::try_from(longest.saturating_sub(waited)).unwrap_or(wait);
        Next::Wait(wait.min(left) / self.faster)
    }
}

/// As long as was asked for, and a part of it more; longer from time to time.
fn asked_for(
    asked: Duration,
    delivery: Delivery,
    spread: impl Fn(Duration) -> Duration,
) -> Duration {
    let wait = asked.max(doubled(FIRST_ASKED, LONGEST_ASKED, delivery.received));
    wait.saturating_add(spread(wait / 4))
}

impl<S: Store, C: Clock> Table<S, C> {
    /// What becomes of a message that a function did not handle; counts what failed by itself. A message
    /// whose event cannot be read has none.
    pub async fn after_failure(
        &self,
        retries: Retries,
        function: Function,
        event: Option<&EventId>,
        failure: &Failure,
        delivery: Delivery,
    ) -> Next {
        let what = event.map_or("", EventId::as_str);
        let now = self.clock.now();
        let next = |failure: &Failure, failed: u32, delivery: Delivery| {
            retries.next(failure, failed, delivery, what, now)
        };
        let Some(event) = event else {
            return next(failure, 0, delivery);
        };
        match failure {
            Failure::Itself(_) => match self.count_failure(function, event).await {
                Ok(failed) => next(failure, failed, delivery),
                // Without the count nobody knows: the table is waited for.
                Err(error) => next(&Failure::everybody(error), 0, delivery),
            },
            Failure::Waits { .. } => {
                let next = next(failure, 0, delivery);
                if let Next::Wait(wait) = next
                    && wait >= SHORTEST_COUNTED
                {
                    // If the table does not answer, the day of an outage is that much shorter.
                    let _ = self.count_wait(function, event, wait).await;
                }
                next
            }
            Failure::Everybody { .. } if retries.is_over(LONGEST_OUTAGE, delivery, now) => {
                let waited = self.waited(function, event).await.unwrap_or_default();
                let first = delivery.first.checked_add(waited).unwrap_or(now);
                next(failure, 0, Delivery { first, ..delivery })
            }
            Failure::Everybody { .. } | Failure::Final(_) => next(failure, 0, delivery),
        }
    }

    /// Counts that a function failed upon an event by itself; how often it has by now. Who was given up and
    /// is sent anew begins anew.
    async fn count_failure(&self, function: Function, event: &EventId) -> Result<u32, CycleError> {
        let counted = self.count(function, event, |state| {
            if state.times >= MOST_FAILURES {
                state.times = 0;
            }
            state.times = state.times.saturating_add(1);
        });
        Ok(counted.await?.times)
    }

    async fn count_wait(
        &self,
        function: Function,
        event: &EventId,
        wait: Duration,
    ) -> Result<(), CycleError> {
        let counted = self.count(function, event, |state| {
            state.waited = state.waited.saturating_add(wait.as_secs());
        });
        counted.await.map(drop)
    }

    /// How long an event has waited for what had to come first.
    async fn waited(
        &self,
        function: Function,
        event: &EventId,
    ) -> Result<SignedDuration, StoreError> {
        let found = self.store.get(&[Key::failures(function, event)]).await?;
        let state: FailuresState = read_or_default(found.first())?;
        let waited = i64::try_from(state.waited).unwrap_or(i64::MAX);
        Ok(SignedDuration::from_secs(waited))
    }

    async fn count(
        &self,
        function: Function,
        event: &EventId,
        change: impl Fn(&mut FailuresState) + Send + Sync,
    ) -> Result<FailuresState, CycleError> {
        let key = Key::failures(function, event);
        let change = &change;
        self.change(std::slice::from_ref(&key), |found| {
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<FailuresState>::read).transpose()?;
            let mut state = before
                .as_ref()
                .map_or_else(FailuresState::default, |before| before.state.clone());
            change(&mut state);
            let mut put = put_state(key.clone(), &state, before.as_ref(), Indexes::default());
            put.expires = self.clock.now().checked_add(REMEMBER).ok();
            Ok(Round::writing(vec![put], state))
        })
        .await
    }
}
