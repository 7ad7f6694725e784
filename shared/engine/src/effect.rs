//! Effects upon the world outside: claimed, done, marked, each event once.
//!
//! Between doing and marking there is a gap that no order of the two can close: whoever dies in it
//! leaves an effect that is done again when the lease has ended. So an effect either finds out by
//! itself that it is done (a write into the CRM), or may happen twice in that one case (a mail).

use std::{future::Future, time::Duration};

use contracts::{
    AuditRecord, Event, EventId, Key,
    state::{EffectState, EffectStatus},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use store::{Store, Transaction, Versioned, audit_put, put_state};

use crate::{
    clock::Clock,
    cycle::{CycleError, Round, Table},
    inputs::Told,
};

/// The longest that a function with effects may run: the template's `Timeout` of each of them is
/// held to it by a test.
pub const LONGEST_RUN: Duration = Duration::from_secs(30);

/// How long a claim keeps others away: longer than any function may run, so that a claim is taken
/// over only from someone who is gone.
pub const LEASE: Duration = Duration::from_secs(45);

const _: () = assert!(
    LEASE.as_secs() > LONGEST_RUN.as_secs(),
    "a claim would be taken over from somebody who still works"
);

/// How long the table remembers an effect: longer than any queue keeps an event. After that, that
/// nothing is kept of an effect says nothing of whether it was done.
pub const REMEMBER: SignedDuration = SignedDuration::from_hours(24 * 30);

/// How many effects are claimed or marked at a time.
const AT_ONCE: usize = 16;

/// Whether an effect is ours to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Claim {
    /// It is. Finish it with [`Table::finish_effect`].
    Ours(Versioned<EffectState>),
    /// It was done before, or is no longer needed.
    Over(EffectState),
    /// Someone else is at it until this instant; come again later.
    Busy(Timestamp),
}

/// Whether an effect was tried before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// Nobody has.
    Never,
    /// Somebody has, and did not mark how it ended.
    Before,
}

/// How an effect ended.
#[must_use]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Done, skipped or refused.
    pub status: EffectStatus,
    /// What came of it, without personal values.
    pub result: String,
    /// What is to be recorded with it, in the same transaction; its events follow from it.
    pub audit: Option<Box<AuditRecord>>,
    /// The event that asked for it, if it was refused.
    pub asked: Option<Box<Event>>,
}

impl Ended {
    fn with(status: EffectStatus, result: impl Into<String>) -> Self {
        Self {
            status,
            result: result.into(),
            audit: None,
            asked: None,
        }
    }

    /// It is done.
    pub fn done(result: impl Into<String>) -> Self {
        Self::with(EffectStatus::Done, result)
    }

    /// It is not, or no longer, to be done.
    pub fn skipped(result: impl Into<String>) -> Self {
        Self::with(EffectStatus::Skipped, result)
    }

    /// The world outside says no to what this event asks for, and will say no again.
    pub fn refused(asked: &Event, result: impl Into<String>) -> Self {
        Self {
            asked: Some(Box::new(asked.clone())),
            ..Self::with(EffectStatus::Refused, result)
        }
    }

    /// The same, recorded by a decision of its own.
    pub fn recorded(mut self, audit: AuditRecord) -> Self {
        self.audit = Some(Box::new(audit));
        self
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

impl<S: Store, C: Clock> Table<S, C> {
    /// Claims the effect that an event asks for, so that of two deliveries only one does it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn claim_effect(&self, event: &EventId) -> Result<Claim, CycleError> {
        let key = Key::effect(event);
        let claimed = self.change(std::slice::from_ref(&key), |found| {
            let now = self.clock.now();
            let before = found.into_iter().flatten().next();
            let before = before.map(Versioned::<EffectState>::read).transpose()?;
            if let Some(before) = &before {
                if before.state.status != EffectStatus::Claimed {
                    return Ok(Round::Nothing(Claim::Over(before.state.clone())));
                }
                if before.state.lease_until > now {
                    return Ok(Round::Nothing(Claim::Busy(before.state.lease_until)));
                }
            }
            let state = EffectState {
                status: EffectStatus::Claimed,
                at: now,
                lease_until: now.checked_add(LEASE).unwrap_or(Timestamp::MAX),
                result: String::new(),
                asked: None,
                with: None,
            };
            let (transaction, version) = writing(&key, &state, before.as_ref(), now);
            Ok(Round::Commit {
                transaction,
                outcome: Claim::Ours(Versioned { version, state }),
                already: None,
                told: Told::default(),
            })
        });
        match claimed.await {
            Err(CycleError::Outrun(_)) => Ok(Claim::Busy(self.clock.now())),
            other => other,
        }
    }

    /// Marks a claimed effect as ended, with what came of it (no personal values).
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn finish_effect(
        &self,
        event: &EventId,
        claimed: &Versioned<EffectState>,
        ended: Ended,
    ) -> Result<(), CycleError> {
        let now = self.clock.now();
        let state = EffectState {
            status: ended.status,
            at: now,
            lease_until: now,
            result: ended.result,
            asked: ended.asked,
            with: None,
        };
        self.mark(event, claimed, &state, ended.audit, now).await
    }

    /// Gives a claim back after a failure that may pass, so that the next delivery of the event
    /// need not wait for the lease to end. Of no use to someone whose claim was taken over
    /// meanwhile.
    ///
    /// # Errors
    /// If the table does not answer; the lease then ends by itself.
    pub async fn release_effect(
        &self,
        event: &EventId,
        claimed: &Versioned<EffectState>,
    ) -> Result<(), CycleError> {
        let now = self.clock.now();
        let state = EffectState {
            status: EffectStatus::Claimed,
            at: now,
            lease_until: now,
            result: String::new(),
            asked: None,
            with: None,
        };
        self.mark(event, claimed, &state, None, now).await
    }

    /// Claims the effect that `event` asks for, and only if it is ours, runs `effect` and marks how
    /// it ended. If it fails, the claim is given back.
    ///
    /// # Errors
    /// If the effect fails, or the table does not answer.
    pub async fn once<E: From<CycleError>>(
        &self,
        event: &EventId,
        effect: impl Future<Output = Result<Ended, E>> + Send,
    ) -> Result<Attempt, E> {
        self.once_or_again(event, |_| effect).await
    }

    /// The same for an effect that must know whether it was tried before: whoever tried it may have
    /// done it and died before it could be marked.
    ///
    /// # Errors
    /// As [`Self::once`].
    pub async fn once_or_again<E, F>(
        &self,
        event: &EventId,
        effect: impl FnOnce(Tried) -> F + Send,
    ) -> Result<Attempt, E>
    where
        E: From<CycleError>,
        F: Future<Output = Result<Ended, E>> + Send,
    {
        let claimed = match self.claim_effect(event).await? {
            Claim::Ours(claimed) => claimed,
            Claim::Over(_) => return Ok(Attempt::Ended),
            Claim::Busy(until) => return Ok(Attempt::Busy(until)),
        };
        let ended = effect(tried(&claimed)).await;
        self.settle(Some(event), &claimed, ended).await
    }

    /// The same for effects that are done together: all are claimed, then `effects` is asked for those that
    /// are ours, each by its place in `events`, and says of each in its order how it ended. What became of
    /// each delivery, in the order of `events`.
    pub async fn once_together<E, F>(
        &self,
        events: &[&EventId],
        effects: impl FnOnce(Vec<(usize, Tried)>) -> F + Send,
    ) -> Vec<Result<Attempt, E>>
    where
        E: From<CycleError> + Send,
        F: Future<Output = Vec<Result<Ended, E>>> + Send,
    {
        let mut claims = Vec::with_capacity(events.len());
        for event in events {
            claims.push(self.claim_effect(event));
        }
        let claims: Vec<_> = stream::iter(claims).buffered(AT_ONCE).collect().await;
        let mut ours = Vec::new();
        let mut results = Vec::with_capacity(events.len());
        for (index, claim) in claims.into_iter().enumerate() {
            results.push(match claim {
                Ok(Claim::Over(_)) => Ok(Attempt::Ended),
                Ok(Claim::Busy(until)) => Ok(Attempt::Busy(until)),
                // Of which nothing is said in the end, that comes again when its lease is over.
                Ok(Claim::Ours(claimed)) => {
                    let until = claimed.state.lease_until;
                    ours.push((index, claimed));
                    Ok(Attempt::Busy(until))
                }
                Err(error) => Err(error.into()),
            });
        }
        if ours.is_empty() {
            return results;
        }
        let tried = ours.iter().map(|(index, claimed)| (*index, tried(claimed)));
        let ended = effects(tried.collect()).await;
        let mut marks = Vec::with_capacity(ours.len());
        for ((index, claimed), ended) in ours.iter().zip(ended) {
            marks.push(self.settle(events.get(*index).copied(), claimed, ended));
        }
        let marked: Vec<_> = stream::iter(marks).buffered(AT_ONCE).collect().await;
        for ((index, _), settled) in ours.iter().zip(marked) {
            if let Some(result) = results.get_mut(*index) {
                *result = settled;
            }
        }
        results
    }

    /// Marks an effect that has ended, or gives its claim back.
    async fn settle<E: From<CycleError>>(
        &self,
        event: Option<&EventId>,
        claimed: &Versioned<EffectState>,
        ended: Result<Ended, E>,
    ) -> Result<Attempt, E> {
        let Some(event) = event else {
            return ended.map(|_| Attempt::Ended);
        };
        match ended {
            Ok(ended) => {
                self.finish_effect(event, claimed, ended).await?;
                Ok(Attempt::Ended)
            }
            Err(error) => {
                // If the table does not answer now, the lease ends by itself.
                let _ = self.release_effect(event, claimed).await;
                Err(error)
            }
        }
    }

    async fn mark(
        &self,
        event: &EventId,
        claimed: &Versioned<EffectState>,
        state: &EffectState,
        audit: Option<Box<AuditRecord>>,
        now: Timestamp,
    ) -> Result<(), CycleError> {
        let (mut transaction, _) = writing(&Key::effect(event), state, Some(claimed), now);
        // Who was refused, was asked again and is refused once more has recorded it before.
        let audit = audit.map(|it| audit_put(*it));
        let audit = match audit {
            Some(put) if tried(claimed) == Tried::Before => {
                let there = self.store.get(std::slice::from_ref(&put.key)).await;
                let there = there.map_err(CycleError::from)?;
                Some(put).filter(|_| there.into_iter().flatten().next().is_none())
            }
            other => other,
        };
        transaction.puts.extend(audit);
        // The effect is done: whoever is in the way of its mark is waited for. If another took the
        // claim over meanwhile, its mark stands: the effect is done either way.
        let key = Key::effect(event);
        self.cycle(event.as_str(), || async {
            Ok(Round::Commit {
                transaction: transaction.clone(),
                outcome: (),
                already: Some((key.clone(), ())),
                told: Told::default(),
            })
        })
        .await
    }
}

fn tried(claimed: &Versioned<EffectState>) -> Tried {
    match claimed.version {
        1 => Tried::Never,
        _ => Tried::Before,
    }
}

fn writing(
    key: &Key,
    state: &EffectState,
    before: Option<&Versioned<EffectState>>,
    now: Timestamp,
) -> (Transaction, u64) {
    let mut put = put_state(key.clone(), state, before, state.indexes());
    put.expires = now.checked_add(REMEMBER).ok();
    let version = put.next_version();
    let transaction = Transaction {
        puts: vec![put],
        checks: Vec::new(),
    };
    (transaction, version)
}
