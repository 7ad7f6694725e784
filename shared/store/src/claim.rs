use std::future::Future;

use contracts::{
    EventId, Indexes, Key,
    state::{EffectState, EffectStatus},
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    facts::{Versioned, put_state},
    port::{CommitError, Store, StoreError, Transaction},
};

/// How long a claim keeps others away, in seconds. Longer than any function may run, so that a
/// claim is taken over only from someone who is gone.
const LEASE_SECONDS: i64 = 45;

/// How long the table remembers an effect: longer than any queue keeps an event.
const REMEMBER_HOURS: i64 = 24 * 30;

/// Whether an effect is ours to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// It is. Finish it with [`finish_effect`].
    Ours(Versioned<EffectState>),
    /// It was done before, or is no longer needed.
    Over(EffectState),
    /// Someone else is at it until this instant; come again later.
    Busy(Timestamp),
}

/// Claims the effect that `event` asks for, so that of two deliveries only one does it.
///
/// # Errors
/// If the table does not answer.
pub async fn claim_effect<S: Store>(
    store: &S,
    event: &EventId,
    now: Timestamp,
) -> Result<Claim, StoreError> {
    let key = Key::effect(event);
    // A lost race means that somebody claimed it a moment ago; the second look says who.
    for _ in 0..3 {
        let found = store.get(std::slice::from_ref(&key)).await?;
        let before = match found.into_iter().flatten().next() {
            Some(item) => Some(Versioned::<EffectState>::read(item)?),
            None => None,
        };
        if let Some(before) = &before {
            if before.state.status != EffectStatus::Claimed {
                return Ok(Claim::Over(before.state.clone()));
            }
            if before.state.lease_until > now {
                return Ok(Claim::Busy(before.state.lease_until));
            }
        }
        let state = EffectState {
            status: EffectStatus::Claimed,
            at: now,
            lease_until: later(now, SignedDuration::from_secs(LEASE_SECONDS)),
            result: String::new(),
        };
        if let Some(claimed) = write(store, &key, state, before.as_ref(), now).await? {
            return Ok(Claim::Ours(claimed));
        }
    }
    Ok(Claim::Busy(now))
}

/// Marks a claimed effect as done or skipped, with what came of it (no personal values).
///
/// # Errors
/// If the table does not answer.
pub async fn finish_effect<S: Store>(
    store: &S,
    event: &EventId,
    claimed: &Versioned<EffectState>,
    status: EffectStatus,
    result: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = EffectState {
        status,
        at: now,
        lease_until: now,
        result,
    };
    // If another took the claim over meanwhile, its mark stands: the effect is done either way.
    write(store, &Key::effect(event), state, Some(claimed), now).await?;
    Ok(())
}

/// Gives a claim back after a failure that may pass, so that the next delivery of the event need
/// not wait for the lease to end. Of no use to someone whose claim was taken over meanwhile.
///
/// # Errors
/// If the table does not answer; the lease then ends by itself.
pub async fn release_effect<S: Store>(
    store: &S,
    event: &EventId,
    claimed: &Versioned<EffectState>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let state = EffectState {
        status: EffectStatus::Claimed,
        at: now,
        lease_until: now,
        result: String::new(),
    };
    write(store, &Key::effect(event), state, Some(claimed), now).await?;
    Ok(())
}

/// How an effect ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Done or skipped.
    pub status: EffectStatus,
    /// What came of it, without personal values.
    pub result: String,
}

impl Ended {
    /// It is done.
    #[must_use]
    pub fn done(result: impl Into<String>) -> Self {
        Self {
            status: EffectStatus::Done,
            result: result.into(),
        }
    }

    /// It is not, or no longer, to be done.
    #[must_use]
    pub fn skipped(result: impl Into<String>) -> Self {
        Self {
            status: EffectStatus::Skipped,
            result: result.into(),
        }
    }
}

/// What became of one delivery of an event that asks for an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The effect has ended, now or upon an earlier delivery.
    Ended,
    /// Someone else is at it until this instant; come again later.
    Busy(Timestamp),
}

/// Claims the effect that `event` asks for, and only if it is ours, runs `effect` and marks how it
/// ended. If it fails, the claim is given back.
///
/// Between doing and marking there is a gap that no order of the two can close: whoever dies in it
/// leaves an effect that is done again when the lease has ended. So an effect either finds out by
/// itself that it is done (a write into the CRM), or may happen twice in that one case (a mail).
///
/// # Errors
/// If the effect fails, or the table does not answer.
pub async fn once<S: Store, E: From<StoreError>>(
    store: &S,
    event: &EventId,
    now: Timestamp,
    effect: impl Future<Output = Result<Ended, E>> + Send,
) -> Result<Attempt, E> {
    let claimed = match claim_effect(store, event, now).await? {
        Claim::Ours(claimed) => claimed,
        Claim::Over(_) => return Ok(Attempt::Ended),
        Claim::Busy(until) => return Ok(Attempt::Busy(until)),
    };
    match effect.await {
        Ok(Ended { status, result }) => {
            finish_effect(store, event, &claimed, status, result, now).await?;
            Ok(Attempt::Ended)
        }
        Err(error) => {
            // If the table does not answer now, the lease ends by itself.
            let _ = release_effect(store, event, &claimed, now).await;
            Err(error)
        }
    }
}

async fn write<S: Store>(
    store: &S,
    key: &Key,
    state: EffectState,
    before: Option<&Versioned<EffectState>>,
    now: Timestamp,
) -> Result<Option<Versioned<EffectState>>, StoreError> {
    let mut put = put_state(key.clone(), &state, before, Indexes::default())?;
    put.expires = Some(later(now, SignedDuration::from_hours(REMEMBER_HOURS)));
    let version = put.next_version();
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    match store.commit(transaction).await {
        Ok(()) => Ok(Some(Versioned { version, state })),
        Err(CommitError::Stale(_) | CommitError::Contended) => Ok(None),
        Err(CommitError::Store(error)) => Err(error),
    }
}

fn later(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_add(by).unwrap_or(Timestamp::MAX)
}
