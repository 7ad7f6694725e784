use std::{
    future::Future,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use contracts::{Indexes, Key, state::BucketState};
use jiff::{SignedDuration, Timestamp};
use store::{Store, Versioned, put_state};

use crate::{
    clock::Clock,
    cycle::{CycleError, Round, Table},
};

/// How fast a bucket fills and how much it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refill {
    /// Milliseconds for one token.
    pub every_ms: u32,
    /// The most tokens it holds.
    pub burst: u32,
}

/// Why there is no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BucketError {
    /// The bucket is empty; the next token is there after this long.
    #[error("the rate limit is used up for {0:?}")]
    Wait(Duration),
    /// The table did not answer.
    #[error(transparent)]
    Cycle(#[from] CycleError),
}

impl<S: Store, C: Clock> Table<S, C> {
    /// Takes one token of a bucket at the machine's time, by the generic cell rate algorithm (ITU-T
    /// I.371): the bucket is one instant in the table, at which it will be full again. `left` tokens are
    /// left in it, for others.
    ///
    /// # Errors
    /// [`BucketError::Wait`] if it holds no more than those, or the table's error.
    pub async fn take_token(
        &self,
        key: &Key,
        refill: Refill,
        left: u32,
    ) -> Result<(), BucketError> {
        self.take_tokens(key, refill, left, 1).await.map(|_| ())
    }

    /// The same of as many as `most` at once, and says how many: one, and more as long as half of the bucket is left,
    /// so that nobody takes ahead of others who are at it as well.
    ///
    /// # Errors
    /// As [`Self::take_token`].
    async fn take_tokens(
        &self,
        key: &Key,
        refill: Refill,
        left: u32,
        most: u32,
    ) -> Result<u32, BucketError> {
        let every = i64::from(refill.every_ms);
        let usable = refill.burst.saturating_sub(left).max(1);
        let tolerance = every.saturating_mul(i64::from(usable));
        let taken = self
            .change(std::slice::from_ref(key), |found| {
                let now_ms = self.clock.now().as_millisecond();
                let before = found.into_iter().flatten().next();
                let before = before.map(Versioned::<BucketState>::read).transpose();
                let before = before.map_err(CycleError::from)?;
                let full_at = before.as_ref().map_or(now_ms, |it| it.state.full_at_ms);
                let next = full_at.max(now_ms).saturating_add(every);
                let short = next.saturating_sub(now_ms).saturating_sub(tolerance);
                if short > 0 {
                    return Err(wait(short));
                }
                let more = ahead(next.saturating_sub(now_ms), refill).min(most.saturating_sub(1));
                let next = next.saturating_add(every.saturating_mul(i64::from(more)));
                let state = BucketState { full_at_ms: next };
                let put = put_state(key.clone(), &state, before.as_ref(), Indexes::default());
                Ok(Round::writing(vec![put], more.saturating_add(1)))
            })
            .await;
        match taken {
            // So many lost races mean that many callers are at it: let them have it.
            Err(BucketError::Cycle(CycleError::Outrun(_))) => Err(wait(every)),
            other => other,
        }
    }
}

/// How many tokens more may be taken of a bucket that is full again in so many milliseconds, if half of it is to be left.
fn ahead(full_in_ms: i64, refill: Refill) -> u32 {
    let half = i64::from(refill.every_ms).saturating_mul(i64::from(refill.burst / 2));
    let room = half.saturating_sub(full_in_ms).max(0);
    let tokens = room.checked_div(i64::from(refill.every_ms)).unwrap_or(0);
    u32::try_from(tokens).unwrap_or(0)
}

fn wait(millis: i64) -> BucketError {
    BucketError::Wait(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}

/// What stands in front of a CRM. All functions that call the CRM share it, so that together they
/// stay below the CRM's rate limit.
pub trait Budget: Send + Sync {
    /// Takes one request out of the budget; if it is used up, says how long to wait for the next.
    fn take(&self) -> impl Future<Output = Result<(), Duration>> + Send;
}

/// No limit. For tests, and for a CRM that has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    async fn take(&self) -> Result<(), Duration> {
        Ok(())
    }
}

impl<B: Budget> Budget for Arc<B> {
    fn take(&self) -> impl Future<Output = Result<(), Duration>> + Send {
        self.as_ref().take()
    }
}

/// How long a call waits for a token before its message goes back to the queue.
const PATIENCE: Duration = Duration::from_secs(2);

/// How many tokens are taken at once while there are plenty: looking at a record that comes alone takes about as many
/// requests, within a second or two.
const AT_ONCE: u32 = 10;

/// How long a token that was taken ahead may be used. So much later than the bucket says may a request be made.
const HELD: SignedDuration = SignedDuration::from_secs(4);

/// Tokens that were taken ahead, and until when they may be used.
#[derive(Debug, Default)]
struct Held {
    tokens: u32,
    until: Timestamp,
}

impl Held {
    fn take(&mut self, now: Timestamp) -> bool {
        let has_one = self.tokens > 0 && now < self.until;
        self.tokens = if has_one {
            self.tokens.saturating_sub(1)
        } else {
            0
        };
        has_one
    }
}

/// The one token bucket of a CRM, in the table, shared by every function that calls it.
#[derive(Debug, Clone)]
pub struct SharedBudget<S, C> {
    table: Table<S, C>,
    key: Key,
    refill: Refill,
    /// How many tokens it leaves for others.
    left: u32,
    /// How many it takes at once.
    at_once: u32,
    held: Arc<Mutex<Held>>,
}

impl<S: Store, C: Clock> SharedBudget<S, C> {
    /// The bucket of a source's requests, which fills as the CRM allows.
    #[must_use]
    pub fn new(table: Table<S, C>, source: &crm::SourceName, refill: Refill) -> Self {
        Self {
            table,
            key: Key::bucket(source, "requests"),
            refill,
            left: 0,
            at_once: AT_ONCE,
            held: Arc::default(),
        }
    }

    /// The same bucket for what came in bulk: it leaves a fifth of what the bucket holds to what comes alone,
    /// which therefore finds a request whenever it comes, and none of the bulk before it.
    #[must_use]
    pub fn in_bulk(self) -> Self {
        Self {
            left: self.refill.burst.div_ceil(5),
            at_once: 1,
            held: Arc::default(),
            ..self
        }
    }
}

impl<S, C: Clock> SharedBudget<S, C> {
    fn held<T>(&self, act: impl FnOnce(&mut Held, Timestamp) -> T) -> T {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        act(&mut held, self.table.clock.now())
    }
}

impl<S: Store, C: Clock> Budget for SharedBudget<S, C> {
    async fn take(&self) -> Result<(), Duration> {
        if self.held(|held, now| held.take(now)) {
            return Ok(());
        }
        let mut waited = Duration::ZERO;
        loop {
            let wait = match self
                .table
                .take_tokens(&self.key, self.refill, self.left, self.at_once)
                .await
            {
                Ok(taken) => {
                    self.held(|held, now| {
                        held.tokens = taken.saturating_sub(1);
                        held.until = now.checked_add(HELD).unwrap_or(now);
                    });
                    return Ok(());
                }
                Err(BucketError::Wait(wait)) => wait,
                // Without the table there is no count; the CRM's own 429 still guards it, and the
                // message would not be recorded anyway.
                Err(BucketError::Cycle(_)) => return Err(PATIENCE),
            };
            waited = waited.saturating_add(wait);
            if waited > PATIENCE {
                return Err(wait);
            }
            self.table.clock.sleep(wait).await;
        }
    }
}
