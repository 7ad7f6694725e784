use std::time::Duration;

use contracts::{
    AuditRecord, DecisionDraft, DecisionId, Event, Function, Indexes, Key, Subject, hour_of,
};
use jiff::Timestamp;
use model::Revision;

use crate::{
    facts::RecordFacts,
    port::{Check, CommitError, Guard, Item, Put, Store, StoreError, Transaction},
};

/// How often a lost race is run again before the event goes back to its queue.
const ATTEMPTS: u32 = 12;

/// A function that decides about one record upon one event.
///
/// Both methods are pure: the same facts, event and time give the same proposal.
pub trait Decider: Send + Sync {
    /// Which function it is.
    fn function(&self) -> Function;

    /// The revision of the model by which it decides.
    fn revision(&self) -> &Revision;

    /// What else must be read before it can decide (at most 100 items).
    fn also_needs(&self, facts: &RecordFacts, event: &Event, now: Timestamp) -> Vec<Key> {
        let _ = (facts, event, now);
        Vec::new()
    }

    /// What it decides; none if nothing follows from the event.
    ///
    /// # Errors
    /// If an item that was read makes no sense.
    fn decide(
        &self,
        facts: &RecordFacts,
        also: &[Option<Item>],
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError>;
}

/// A decision and the states it changes.
#[must_use]
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The decision.
    pub draft: DecisionDraft,
    /// The states.
    pub puts: Vec<Put>,
}

/// How a cycle ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// The decision is in the table, and its events are on their way.
    Decided(DecisionId),
    /// The same decision was in the table already.
    Already,
    /// Nothing follows from the event.
    Nothing,
}

/// Why a cycle did not end.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// Others were faster every time.
    #[error("the record or its pool changed {0} times while it was being decided about")]
    Outrun(u32),
    /// The table could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl CycleError {
    /// Whether the same event may succeed later.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(
            self,
            Self::Outrun(_) | Self::Store(StoreError::Unavailable(_))
        )
    }
}

/// Load, decide, commit; again if somebody else was faster.
///
/// One query reads the record's partition, one read whatever else the decision needs, and one
/// transaction writes the changed states, checks that the record is still the one that was judged,
/// and adds the audit record, which must not exist yet.
///
/// # Errors
/// If the table does not answer, or if every attempt lost its race.
pub async fn run_cycle<S: Store, D: Decider>(
    store: &S,
    decider: &D,
    event: &Event,
    now: Timestamp,
) -> Result<Committed, CycleError> {
    let Some(record) = &event.record else {
        return Ok(Committed::Nothing);
    };
    let audit_key = Key::audit(
        &Subject::Record(record.clone()),
        &DecisionId::of(decider.function(), &event.id),
    );
    for attempt in 0..ATTEMPTS {
        let items = store.partition(&Key::partition_of(record)).await?;
        let Some(facts) = RecordFacts::read(items)? else {
            return Ok(Committed::Nothing);
        };
        let keys = decider.also_needs(&facts, event, now);
        let also = if keys.is_empty() {
            Vec::new()
        } else {
            store.get(&keys).await?
        };
        let Some(proposal) = decider.decide(&facts, &also, event, now)? else {
            return Ok(Committed::Nothing);
        };
        let (decision, transaction) = prepare(decider, event, now, &facts, proposal)?;
        match store.commit(transaction).await {
            Ok(()) => return Ok(Committed::Decided(decision)),
            Err(CommitError::Stale(keys)) if keys.contains(&audit_key) => {
                return Ok(Committed::Already);
            }
            Err(CommitError::Stale(_) | CommitError::Contended) => back_off(attempt).await,
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(CycleError::Outrun(ATTEMPTS))
}

/// The write that adds an audit record, which must not exist yet. It is found again by its subject
/// and by its hour.
///
/// # Errors
/// If the record cannot be written as JSON.
pub fn audit_put(audit: &AuditRecord) -> Result<Put, StoreError> {
    let key = Key::audit(&audit.subject, &audit.decision);
    let body = serde_json::to_value(audit)
        .map_err(|why| StoreError::Malformed(key.clone(), why.to_string()))?;
    Ok(Put {
        key,
        body,
        guard: Guard::Absent,
        indexes: Indexes {
            hour: Some((hour_of(audit.at), audit.at)),
            ..Indexes::default()
        },
        expires: None,
    })
}

fn prepare<D: Decider>(
    decider: &D,
    event: &Event,
    now: Timestamp,
    facts: &RecordFacts,
    proposal: Proposal,
) -> Result<(DecisionId, Transaction), StoreError> {
    let subject = Subject::Record(facts.id().clone());
    let audit = proposal.draft.into_audit(
        decider.function(),
        subject,
        event,
        facts.record.state.sequence,
        decider.revision(),
        now,
    );
    let decision = audit.decision.clone();
    let mut puts = proposal.puts;
    let record = Key::record(facts.id());
    let writes_record = puts.iter().any(|put| put.key == record);
    puts.push(audit_put(&audit)?);
    let checks = if writes_record {
        Vec::new()
    } else {
        vec![Check {
            key: record,
            version: facts.record.version,
        }]
    };
    Ok((decision, Transaction { puts, checks }))
}

/// 5, 10, 20 … at most 160 milliseconds: long enough for the winner to finish, short enough for
/// twelve attempts within a function's time.
async fn back_off(attempt: u32) {
    let millis = 5_u64.saturating_mul(1 << attempt.min(5));
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
