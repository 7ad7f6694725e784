use contracts::{Event, EventData, Key, state::RecordState};
use crm::{AccountFacts, RecordId};
use decisions::sync::with_account;
use engine::{Clock, Crm, Failure};
use jiff::Timestamp;
use store::{Store, Versioned};

use crate::CrmSync;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Puts what is now known of an account into our copies of its leads and opportunities, so
    /// that a changed account is judged wherever it counts.
    pub(crate) async fn carry_account_over(
        &self,
        account: &RecordId,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let store = &self.table.store;
        let found = store.get(&[Key::record(account)]).await?;
        let Some(item) = found.into_iter().flatten().next() else {
            return Ok(());
        };
        let copy = Versioned::<RecordState>::read(item)?.state.record;
        let of_account = copy.clone();
        let facts = AccountFacts {
            others: copy.others.clone(),
            id: copy.id,
            modified: copy.modified,
            fields: copy.fields,
        };
        for key in store.of_account(&account.to_string()).await? {
            let Some(record) = key.record_id() else {
                continue;
            };
            let carry = |before: Option<&RecordState>, _: Option<&_>| {
                // The index lags: the record may belong to another account by now.
                let before = before?;
                let still = before
                    .record
                    .account
                    .as_ref()
                    .is_some_and(|it| it.id == facts.id);
                still.then(|| with_account(before, facts.clone())).flatten()
            };
            self.commit_copy(&record, None, (event, now), carry).await?;
        }
        // Last: what one lead comes to keeps no other from the account's new facts.
        match &event.data {
            EventData::RecordChanged { changed, .. } => {
                self.match_again(&of_account, changed, (event, now)).await
            }
            _ => Ok(()),
        }
    }
}
