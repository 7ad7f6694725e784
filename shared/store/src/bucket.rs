use std::time::Duration;

use contracts::{Indexes, Key, state::BucketState};
use jiff::Timestamp;

use crate::{
    facts::{Versioned, put_state},
    port::{CommitError, Store, StoreError, Transaction},
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
    Store(#[from] StoreError),
}

/// Takes one token of a source's bucket, by the generic cell rate algorithm (ITU-T I.371): the
/// bucket is one instant in the table, at which it will be full again.
///
/// # Errors
/// [`BucketError::Wait`] if it is empty, or the store's error.
pub async fn take_token<S: Store>(
    store: &S,
    source: &str,
    refill: Refill,
    now: Timestamp,
) -> Result<(), BucketError> {
    let key = Key::bucket(source);
    let now_ms = now.as_millisecond();
    let every = i64::from(refill.every_ms);
    let tolerance = every.saturating_mul(i64::from(refill.burst));
    for _ in 0..16 {
        let found = store.get(std::slice::from_ref(&key)).await?;
        let before = match found.into_iter().flatten().next() {
            Some(item) => Some(Versioned::<BucketState>::read(item)?),
            None => None,
        };
        let full_at = before.as_ref().map_or(now_ms, |it| it.state.full_at_ms);
        let next = full_at.max(now_ms).saturating_add(every);
        let short = next.saturating_sub(now_ms).saturating_sub(tolerance);
        if short > 0 {
            return Err(wait(short));
        }
        let state = BucketState { full_at_ms: next };
        let put = put_state(key.clone(), &state, before.as_ref(), Indexes::default())?;
        let transaction = Transaction {
            puts: vec![put],
            checks: Vec::new(),
        };
        match store.commit(transaction).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Stale(_) | CommitError::Contended) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    // Sixteen lost races mean that many callers are at it: let them have it.
    Err(wait(every))
}

fn wait(millis: i64) -> BucketError {
    BucketError::Wait(Duration::from_millis(u64::try_from(millis).unwrap_or(0)))
}
