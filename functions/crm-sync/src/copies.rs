use contracts::{Event, Function, Indexes, Key, Subject, state::RecordState};
use crm::{Record, RecordId};
use decisions::sync::{Synced, keep_newer};
use jiff::Timestamp;
use lambda_shell::Failure;
use store::{CommitError, Store, Transaction, Versioned, audit_put, put_state};

use crate::{CrmSync, crm_port::Crm};

/// How often a lost race is run again.
const ATTEMPTS: u32 = 8;

impl<S: Store, C: Crm> CrmSync<S, C> {
    /// Keeps a record that was fetched, if it is newer than our copy.
    pub(crate) async fn keep_copy(
        &self,
        fetched: Record,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let id = fetched.id.clone();
        let keep = |before: Option<&RecordState>| keep_newer(before, fetched.clone());
        self.commit_copy(&id, event, now, keep).await
    }

    /// Marks our copy of a record that the CRM has no more. What we never kept needs no mark.
    pub(crate) async fn archive_copy(
        &self,
        id: &RecordId,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let archive = |before: Option<&RecordState>| {
            let before = before?;
            let mut record = before.record.clone();
            record.archived = true;
            keep_newer(Some(before), record)
        };
        self.commit_copy(id, event, now, archive).await
    }

    /// Replaces our copy of a record by what `change` makes of it; again if somebody was faster.
    pub(crate) async fn commit_copy(
        &self,
        id: &RecordId,
        event: &Event,
        now: Timestamp,
        change: impl Fn(Option<&RecordState>) -> Option<Synced> + Send,
    ) -> Result<(), Failure> {
        let key = Key::record(id);
        for _ in 0..ATTEMPTS {
            let found = self.store.get(std::slice::from_ref(&key)).await?;
            let found = found.into_iter().flatten().next();
            let before = found.map(Versioned::<RecordState>::read).transpose()?;
            let Some(synced) = change(before.as_ref().map(|before| &before.state)) else {
                return Ok(());
            };
            let transaction = self.transaction(before.as_ref(), synced, event, now)?;
            let audit = transaction.puts.last().map(|put| put.key.clone());
            match self.store.commit(transaction).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Stale(keys))
                    if audit.is_some_and(|audit| keys.contains(&audit)) =>
                {
                    return Ok(());
                }
                Err(CommitError::Stale(_) | CommitError::Contended) => {}
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Failure::Later(format!(
            "our copy of {id} changed {ATTEMPTS} times meanwhile"
        )))
    }

    fn transaction(
        &self,
        before: Option<&Versioned<RecordState>>,
        synced: Synced,
        event: &Event,
        now: Timestamp,
    ) -> Result<Transaction, Failure> {
        let id = synced.record.record.id.clone();
        let account = synced.record.record.account.as_ref();
        let indexes = Indexes {
            account: account.map(|account| account.id.to_string()),
            ..Indexes::default()
        };
        let put = put_state(Key::record(&id), &synced.record, before, indexes)?;
        // The decision is upon this copy, whichever of several webhooks told of it first.
        let upon = Event {
            id: synced.event,
            ..event.clone()
        };
        let audit = synced.draft.into_audit(
            Function::CrmSync,
            Subject::Record(id),
            &upon,
            synced.record.sequence,
            &self.model.revision,
            now,
        );
        Ok(Transaction {
            puts: vec![put, audit_put(&audit)?],
            checks: Vec::new(),
        })
    }
}
