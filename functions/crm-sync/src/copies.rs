use contracts::{Cause, Event, Function, Indexes, Key, Subject, state::RecordState};
use crm::{Record, RecordId};
use decisions::sync::{Synced, archive, keep_newer};
use engine::{Clock, Crm, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Check, Put, Store, StoreError, Transaction, Versioned, audit_put, put_state};

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
        let account = fetched
            .account
            .as_ref()
            .map(|account| Key::record(&account.id));
        let keep = |before: Option<&RecordState>, account: Option<&RecordState>| {
            let fetched = with_our_copy(fetched.clone(), account);
            keep_newer(before, fetched, occurred)
        };
        self.commit_copy(&id, account, (event, now), keep).await
    }

    /// Marks our copy of a record that the CRM has no more. What we never kept needs no mark.
    pub(crate) async fn archive_copy(
        &self,
        id: &RecordId,
        (event, occurred): (&Event, Timestamp),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let gone = |before: Option<&RecordState>, _: Option<&_>| archive(before?, occurred);
        self.commit_copy(id, None, (event, now), gone).await
    }

    /// Replaces our copy of a record by what `change` makes of it and of our copy of its account; again
    /// if somebody was faster.
    ///
    /// What is carried over from an account reaches the copies that are under it. So the first copy that
    /// is, is kept only if that of the account is still the one that was read.
    pub(crate) async fn commit_copy(
        &self,
        id: &RecordId,
        account: Option<Key>,
        (event, now): (&Event, Timestamp),
        change: impl Fn(Option<&RecordState>, Option<&RecordState>) -> Option<Synced> + Send + Sync,
    ) -> Result<(), Failure> {
        let keys: Vec<Key> = std::iter::once(Key::record(id)).chain(account).collect();
        let committed: Result<(), CycleError> = self
            .table
            .change(&keys, |found| {
                let mut found = found.into_iter();
                let mut next = || found.next().flatten().map(Versioned::read).transpose();
                let (before, account): (Option<Versioned<RecordState>>, _) = (next()?, next()?);
                let account: Option<Versioned<RecordState>> = account;
                let synced = change(
                    before.as_ref().map(|before| &before.state),
                    account.as_ref().map(|account| &account.state),
                );
                let Some(synced) = synced else {
                    return Ok(Round::Nothing(()));
                };
                let known = before
                    .as_ref()
                    .and_then(|it| it.state.record.account.as_ref());
                let new = |account: &Versioned<RecordState>| {
                    known.is_none_or(|known| known.id != account.state.record.id)
                };
                let account = account.filter(new).map(|account| Check {
                    key: Key::record(&account.state.record.id),
                    version: account.version,
                });
                Ok(self.round(before.as_ref(), account, synced, (event, now))?)
            })
            .await;
        Ok(committed?)
    }

    fn round(
        &self,
        before: Option<&Versioned<RecordState>>,
        account_is: Option<Check>,
        synced: Synced,
        (event, now): (&Event, Timestamp),
    ) -> Result<Round<()>, StoreError> {
        let id = synced.record.record.id.clone();
        let account = synced.record.record.account.as_ref();
        let indexes = Indexes {
            account: account.map(|account| account.id.to_string()),
            ..Indexes::default()
        };
        let put = put_state(Key::record(&id), &synced.record, before, indexes)?;
        let Some(draft) = synced.draft else {
            return Ok(writing(vec![put], None, None));
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
        Ok(writing(vec![put, audit], account_is, Some(key)))
    }
}

/// Writes these if the account is as it was, unless the audit record under this key is there already.
fn writing(puts: Vec<Put>, account: Option<Check>, audit: Option<Key>) -> Round<()> {
    Round::Commit {
        already: audit.map(|key| (key, ())),
        outcome: (),
        transaction: Transaction {
            puts,
            checks: account.into_iter().collect(),
        },
    }
}

/// A record with what our copy of its account says, if that is newer than what was fetched with it.
fn with_our_copy(mut record: Record, account: Option<&RecordState>) -> Record {
    if let (Some(facts), Some(copy)) = (&mut record.account, account)
        && copy.record.modified > facts.modified
    {
        facts.modified = copy.record.modified;
        facts.fields.clone_from(&copy.record.fields);
    }
    record
}
