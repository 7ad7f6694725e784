use std::time::Duration;

use contracts::{Event, EventData, Key, state::RecordState};
use crm::RecordId;
use decisions::sync::{Synced, with_account};
use engine::{Change, Clock, Crm, CycleError, Failure};
use jiff::{SignedDuration, Timestamp};
use store::{Store, Versioned};

use crate::{CrmSync, others::facts_of};

/// After so long the index over accounts shows what was written. What came to an account while its copy was read, and
/// is not shown yet, has nobody else to bring it the account's new facts.
const INDEX_SHOWS: SignedDuration = SignedDuration::from_secs(1);

/// When it is looked again.
const LOOKED_AGAIN: Duration = Duration::from_secs(2);

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
        let copy = Versioned::<RecordState>::read(item)?.state.record;
        let under = store.of_account(&account.to_string()).await?;
        let under: Vec<RecordId> = under.iter().filter_map(Key::record_id).collect();
        for some in under.chunks(AT_ONCE) {
            let changes: Vec<Change<'_, ()>> = some
                .iter()
                .map(|record| {
                    let key = Some(Key::record(account));
                    self.copy_change(record, key, (event, now), carried)
                })
                .collect();
            let committed = self.table.change_all(&changes).await.into_iter();
            committed.collect::<Result<(), CycleError>>()?;
        }
        // Last: what one lead comes to keeps no other from the account's new facts.
        if let EventData::RecordChanged { changed, .. } = &event.data {
            self.match_again(&copy, changed, (event, now)).await?;
        }
        let age = self.table.clock.now().duration_since(event.time);
        if !age.is_negative() && age < INDEX_SHOWS {
            return Err(Failure::waits(
                "a record that came to the account a moment before may not be shown yet; it is looked again",
                LOOKED_AGAIN,
            ));
        }
        Ok(())
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
