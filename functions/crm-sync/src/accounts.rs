use std::sync::Arc;

use contracts::{Event, EventData, Key, state::RecordState};
use crm::RecordId;
use decisions::sync::{Synced, with_account};
use engine::{Change, Clock, Crm, CycleError, Failure};
use jiff::Timestamp;
use store::{Store, Versioned};

use crate::{CrmSync, beside::Became, others::facts_of};

/// Of so many records the copies are held in memory at a time.
const AT_ONCE: usize = 500;

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
        let copy = Versioned::<Arc<RecordState>>::read_shared(item)?.state;
        let copy = &copy.record;
        let under = store.of_account(&account.to_string()).await?;
        let under: Vec<RecordId> = under.iter().filter_map(Key::record_id).collect();
        for some in under.chunks(AT_ONCE) {
            let changes: Vec<Change<'_, Became>> = some
                .iter()
                .map(|record| {
                    let key = Some(Key::record(account));
                    self.copy_change(record, key, (event, now), carried)
                })
                .collect();
            let committed = self.table.change_all(&changes).await.into_iter();
            committed.collect::<Result<Vec<Became>, CycleError>>()?;
        }
        // Last: what one lead comes to keeps no other from the account's new facts.
        match &event.data {
            EventData::RecordChanged {
                changed,
                left_domain,
                ..
            } => {
                let changed = (changed.as_slice(), left_domain.as_deref());
                self.match_again(copy, changed, (event, now)).await
            }
            _ => Ok(()),
        }
    }
}

/// A copy with what its account says now, if it is under that still: the index lags. The account is taken as
/// it is by then, since somebody else may carry a later copy meanwhile.
fn carried(before: Option<&RecordState>, account: Option<&RecordState>) -> Option<Synced> {
    let (before, copy) = (before?, &account?.record);
    let under = before.record.account.as_ref();
    let still = under.is_some_and(|it| it.id == copy.id);
    still
        .then(|| with_account(before, facts_of(copy)))
        .flatten()
}
