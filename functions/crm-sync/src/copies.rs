use contracts::{Cause, Event, Function, Indexes, Key, Subject, state::RecordState};
use crm::{Record, RecordId};
use decisions::sync::{Synced, archive, keep_newer};
use engine::{Clock, Crm, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Put, Store, StoreError, Transaction, Versioned, audit_put, put_state};

use crate::CrmSync;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Keeps a record that was fetched upon what the CRM told of at `occurred`, if it is newer than our
    /// copy.
    pub(crate) async fn keep_copy(
        &self,
        fetched: Record,
        (event, occurred): (&Event, Timestamp),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let id = fetched.id.clone();
        let keep = |before: Option<&RecordState>| keep_newer(before, fetched.clone(), occurred);
        self.commit_copy(&id, event, now, keep).await
    }

    /// Marks our copy of a record that the CRM has no more. What we never kept needs no mark.
    pub(crate) async fn archive_copy(
        &self,
        id: &RecordId,
        (event, occurred): (&Event, Timestamp),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let gone = |before: Option<&RecordState>| archive(before?, occurred);
        self.commit_copy(id, event, now, gone).await
    }

    /// Replaces our copy of a record by what `change` makes of it; again if somebody was faster.
    pub(crate) async fn commit_copy(
        &self,
        id: &RecordId,
        event: &Event,
        now: Timestamp,
        change: impl Fn(Option<&RecordState>) -> Option<Synced> + Send + Sync,
    ) -> Result<(), Failure> {
        let key = Key::record(id);
        let committed: Result<(), CycleError> = self
            .table
            .change(std::slice::from_ref(&key), |found| {
                let before = found.into_iter().flatten().next();
                let before = before.map(Versioned::<RecordState>::read).transpose()?;
                match change(before.as_ref().map(|before| &before.state)) {
                    None => Ok(Round::Nothing(())),
                    Some(synced) => Ok(self.round(before.as_ref(), synced, event, now)?),
                }
            })
            .await;
        Ok(committed?)
    }

    fn round(
        &self,
        before: Option<&Versioned<RecordState>>,
        synced: Synced,
        event: &Event,
        now: Timestamp,
    ) -> Result<Round<()>, StoreError> {
        let id = synced.record.record.id.clone();
        let account = synced.record.record.account.as_ref();
        let indexes = Indexes {
            account: account.map(|account| account.id.to_string()),
            ..Indexes::default()
        };
        let put = put_state(Key::record(&id), &synced.record, before, indexes)?;
        let Some(draft) = synced.draft else {
            return Ok(writing(vec![put], None));
        };
        // The decision is upon this copy, whichever of several webhooks told of it first.
        let audit = draft.into_audit(
            Function::CrmSync,
            Subject::Record(id),
            &Cause::of(event).known_as(synced.event),
            synced.record.sequence,
            &self.model.revision,
            now,
        );
        let audit = audit_put(&audit)?;
        let key = audit.key.clone();
        Ok(writing(vec![put, audit], Some(key)))
    }
}

/// Writes these, unless the audit record under this key is there already.
fn writing(puts: Vec<Put>, audit: Option<Key>) -> Round<()> {
    Round::Commit {
        already: audit.map(|key| (key, ())),
        outcome: (),
        transaction: Transaction {
            puts,
            checks: Vec::new(),
        },
    }
}
