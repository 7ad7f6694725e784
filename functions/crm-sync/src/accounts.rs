use contracts::{Event, EventData, Key, state::RecordState};
use crm::RecordId;
use decisions::sync::with_account;
use engine::{Clock, Crm, Failure};
use jiff::Timestamp;
use store::{Store, Versioned};

use crate::{CrmSync, others::facts_of};

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
        for key in store.of_account(&account.to_string()).await? {
            let Some(record) = key.record_id() else {
                continue;
            };
            // As it is when it is carried: somebody else may carry a later copy meanwhile.
            let carry = |before: Option<&RecordState>, copy: Option<&RecordState>| {
                // The index lags: the record may belong to another account by now.
                let (before, copy) = (before?, &copy?.record);
                let under = before.record.account.as_ref();
                let still = under.is_some_and(|it| it.id == copy.id);
                still
                    .then(|| with_account(before, facts_of(copy)))
                    .flatten()
            };
            let account = Some(Key::record(account));
            self.commit_copy(&record, account, (event, now), carry)
                .await?;
        }
        // Last: what one lead comes to keeps no other from the account's new facts.
        match &event.data {
            EventData::RecordChanged { changed, .. } => {
                self.match_again(&copy, changed, (event, now)).await
            }
            _ => Ok(()),
        }
    }
}
