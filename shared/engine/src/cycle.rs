//! The one commit cycle: read, decide, commit; again if somebody else was faster.
//!
//! Whatever is written into the table is written here or, of a batch of decisions, in `batch`, which
//! waits by the same rule. A round reads and says what it wants; the cycle commits it, tells a lost
//! race (again after a short wait) from a table that throttles (again after a longer one) and from
//! the same decision that was there already.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
};

use contracts::{AuditRecord, Key};
use jiff::SignedDuration;
use store::{Check, CommitError, Item, Put, Store, StoreError, Transaction, audit_put};

use crate::{
    back_off::{after_conflict, after_throttling},
    clock::Clock,
    inputs::{Earlier, ReadItem, Recorded, Told, tell, tell_nothing},
};

/// How often a lost race is run again before the event goes back to its queue.
pub const ATTEMPTS: u32 = 12;

/// The most bytes of bodies in one transaction; the table takes 4 MB, names and indexes included.
pub(crate) const MOST_BYTES: usize = 3_000_000;

/// How often a throttled table is asked again.
const THROTTLED: u32 = 5;

/// The table and the machine's clock: what every commit needs.
#[derive(Debug, Clone)]
pub struct Table<S, C> {
    /// The table.
    pub store: S,
    /// The machine's clock.
    pub clock: C,
    /// How long audit records are kept; none: as long as the table stands.
    audits: Option<SignedDuration>,
}

/// What one round of a cycle wants.
#[must_use]
#[derive(Debug, Clone)]
pub enum Round<T> {
    /// Nothing is to be written.
    Nothing(T),
    /// This is to be written.
    Commit {
        /// What.
        transaction: Transaction,
        /// What comes of it when it is written.
        outcome: T,
        /// The item that, if it exists already, says that the same was written before, and what
        /// comes of that.
        already: Option<(Key, T)>,
        /// What is recorded of it.
        told: Told,
    },
}

impl<T> Round<T> {
    /// These are to be written, and this comes of it.
    pub fn writing(puts: Vec<Put>, outcome: T) -> Self {
        Self::Commit {
            transaction: Transaction {
                puts,
                checks: Vec::new(),
            },
            outcome,
            already: None,
            told: Told::default(),
        }
    }

    /// The same, recorded as this decision. What was read for it and what it changes is added when it is
    /// committed.
    pub fn recorded(mut self, decision: AuditRecord) -> Self {
        if let Self::Commit { told, .. } = &mut self {
            told.audit = Some(Box::new(decision));
        }
        self
    }

    /// The same, of an item that holds personal values and of which only this is recorded.
    pub fn recorded_as(mut self, item: Key, recorded: Recorded) -> Self {
        if let Self::Commit { told, .. } = &mut self {
            told.recorded.insert(item, recorded);
        }
        self
    }

    /// The same with its audit record and what that tells of what was read and changed, ready to be
    /// committed.
    pub(crate) fn complete(mut self, read: &[ReadItem<'_>]) -> Result<Self, StoreError> {
        if let Self::Commit {
            transaction, told, ..
        } = &mut self
        {
            let Told { audit, recorded } = std::mem::take(told);
            let puts = &mut transaction.puts;
            match audit {
                Some(mut audit) => {
                    tell(&mut audit, read, puts, &recorded, &Earlier::new())?;
                    puts.push(audit_put(*audit));
                }
                None => tell_nothing(read, puts, &recorded),
            }
        }
        Ok(self)
    }

    /// The same, only as long as these items are as they were read.
    pub fn only_with(mut self, unchanged: impl IntoIterator<Item = Check>) -> Self {
        if let Self::Commit { transaction, .. } = &mut self {
            transaction.checks.extend(unchanged);
        }
        self
    }

    /// The same, unless this item is there: then the same was written before, and this comes of that.
    pub fn unless(mut self, there: Key, comes: T) -> Self {
        if let Self::Commit { already, .. } = &mut self {
            *already = Some((there, comes));
        }
        self
    }
}

/// Why a cycle did not end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// Others were faster every time.
    #[error("what is decided about changed {0} times while it was being decided about")]
    Outrun(u32),
    /// The function's time was up before it began.
    #[error("the function's time was up before its turn came")]
    OutOfTime,
    /// The table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// How often a cycle has failed so far, and how long it waits before it goes on.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    lost: u32,
    throttled: u32,
}

impl Tries {
    /// Waits after a failure that may pass; gives up with an error when it was too often.
    pub(crate) async fn again<C: Clock>(
        &mut self,
        error: CommitError,
        what: &str,
        clock: &C,
    ) -> Result<(), CycleError> {
        let wait = match error {
            CommitError::Stale(_) | CommitError::Contended => {
                self.lost = self.lost.saturating_add(1);
                if self.lost >= ATTEMPTS {
                    return Err(CycleError::Outrun(self.lost));
                }
                after_conflict(self.lost, what, clock.now())
            }
            CommitError::Store(StoreError::Throttled(why)) => {
                self.throttled = self.throttled.saturating_add(1);
                if self.throttled > THROTTLED {
                    return Err(StoreError::Throttled(why).into());
                }
                after_throttling(self.throttled, what, clock.now())
            }
            CommitError::Store(error) => return Err(error.into()),
        };
        clock.sleep(wait).await;
        Ok(())
    }
}

impl<S: Store, C: Clock> Table<S, C> {
    /// The table by this clock.
    #[must_use]
    pub const fn new(store: S, clock: C) -> Self {
        Self {
            store,
            clock,
            audits: None,
        }
    }

    /// The same, where audit records expire so many days after they were committed; none: never.
    #[must_use]
    pub fn keeping_audits(mut self, days: Option<u16>) -> Self {
        self.audits =
            days.map(|days| SignedDuration::from_hours(i64::from(days).saturating_mul(24)));
        self
    }

    /// Commits, and says of each audit record when it expires.
    pub(crate) async fn commit(&self, mut transaction: Transaction) -> Result<(), CommitError> {
        if let Some(kept) = self.audits {
            let expires = self.clock.now().checked_add(kept).ok();
            let audits = transaction.puts.iter_mut().filter(|put| put.key.is_audit());
            for put in audits {
                put.expires = expires;
            }
        }
        self.store.commit(transaction).await
    }

    /// Runs rounds until one is committed or wants nothing. `what` names what is decided about, for
    /// spreading the waits.
    ///
    /// # Errors
    /// What a round says, or if the table does not answer, or if every attempt lost its race.
    pub(crate) async fn cycle<T, E, F>(
        &self,
        what: &str,
        round: impl Fn() -> F + Send + Sync,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<CycleError>,
        F: Future<Output = Result<Round<T>, E>> + Send,
    {
        let mut tries = Tries::default();
        loop {
            let (transaction, outcome, already) = match round().await? {
                Round::Nothing(outcome) => return Ok(outcome),
                Round::Commit {
                    transaction,
                    outcome,
                    already,
                    ..
                } => (transaction, outcome, already),
            };
            match (self.commit(transaction).await, already) {
                (Ok(()), _) => return Ok(outcome),
                (Err(CommitError::Stale(keys)), Some((key, already))) if keys.contains(&key) => {
                    return Ok(already);
                }
                (Err(error), _) => tries.again(error, what, &self.clock).await?,
            }
        }
    }

    /// Reads items, lets `decide` say what follows of them, and commits that.
    ///
    /// # Errors
    /// What `decide` says, or if the table does not answer, or if every attempt lost its race.
    pub async fn change<T, E>(
        &self,
        keys: &[Key],
        decide: impl Fn(Vec<Option<Item>>) -> Result<Round<T>, E> + Send + Sync,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<CycleError> + Send,
    {
        self.change_from(None, keys, decide).await
    }

    /// The same of items that have been read already: they are read again only if somebody was
    /// faster.
    ///
    /// # Errors
    /// What `decide` says, or if the table does not answer, or if every attempt lost its race.
    pub async fn change_read<T, E>(
        &self,
        keys: &[Key],
        found: Vec<Option<Item>>,
        decide: impl Fn(Vec<Option<Item>>) -> Result<Round<T>, E> + Send + Sync,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<CycleError> + Send,
    {
        self.change_from(Some(found), keys, decide).await
    }

    async fn change_from<T, E>(
        &self,
        found: Option<Vec<Option<Item>>>,
        keys: &[Key],
        decide: impl Fn(Vec<Option<Item>>) -> Result<Round<T>, E> + Send + Sync,
    ) -> Result<T, E>
    where
        T: Send,
        E: From<CycleError> + Send,
    {
        let what = keys.first().map_or("", |key| key.pk.as_str());
        let first = Mutex::new(found);
        let (decide, first) = (&decide, &first);
        self.cycle(what, || async move {
            let found = first.lock().unwrap_or_else(PoisonError::into_inner).take();
            let found = match found {
                Some(found) => found,
                None if keys.is_empty() => Vec::new(),
                None => {
                    let found = self.store.get(keys).await;
                    found.map_err(CycleError::from)?
                }
            };
            let round = decide(found.clone())?;
            let read = keys.iter().zip(&found);
            let read: Vec<_> = read
                .map(|(key, item)| ReadItem::of(key, item.as_ref()))
                .collect();
            let complete = round.complete(&read).map_err(CycleError::from);
            complete.map_err(E::from)
        })
        .await
    }
}
