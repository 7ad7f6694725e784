use std::collections::{BTreeSet, VecDeque};

use contracts::{Erasure, Event, EventData, Key, state::RecordState};
use crm::RecordId;
use decisions::sync::erase;
use engine::{
    Clock, Crm, Failure,
    time::{SHOWN_SOON, may_be_unseen},
};
use store::Store;

use crate::{CrmSync, Named, Notice, Results};

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Forgets those of whom it was told that they are to be forgotten, and says of each what became of it. The
    /// others are left in `named`, and of the forgotten those of which something else was told besides.
    pub(crate) async fn forget(&self, named: &mut Named<'_>) -> Results {
        let mut results = Results::new();
        for (record, notices) in &*named {
            // That the CRM has erased them says more than that somebody asked for it.
            let told = notices.iter().filter_map(|notice| {
                let erasure = erasure_of(notice.0)?;
                Some((*notice, erasure))
            });
            let told = told.max_by_key(|(_, erasure)| **erasure == Erasure::Crm);
            if let Some((notice, erasure)) = told {
                let became = self.forget_person(record, notice, erasure).await;
                results.insert(record.clone(), became);
            }
        }
        for notices in named.values_mut() {
            notices.retain(|(event, _)| erasure_of(event).is_none());
        }
        // What could not be forgotten comes again, with all that was told of it.
        named.retain(|record, notices| {
            !notices.is_empty() && results.get(record).is_none_or(Result::is_ok)
        });
        results
    }

    /// What was merged with the record of somebody who is forgotten is theirs as well, whenever that is told.
    pub(crate) async fn forget_merged(&self, named: &Named<'_>, results: &mut Results) {
        for (record, notices) in named {
            let merge = |notice: &&Notice<'_>| {
                matches!(
                    notice.0.data,
                    EventData::RecordNoticed { merge: Some(_), .. }
                )
            };
            let is_kept = results.get(record).is_some_and(Result::is_ok);
            if let (Some(notice), true) = (notices.iter().find(merge), is_kept) {
                let became = self.forget_same(record, *notice).await;
                results.insert(record.clone(), became);
            }
        }
    }

    async fn forget_same(&self, record: &RecordId, notice: Notice<'_>) -> Result<(), Failure> {
        let Some(copy) = self
            .copies(&[Key::record(record)])
            .await?
            .into_iter()
            .next()
        else {
            return Ok(());
        };
        let same = copy.merged.iter().chain(&copy.merged_into);
        let keys: Vec<Key> = same.map(Key::record).collect();
        let others = self.copies(&keys).await?;
        let forgotten = std::iter::once(&copy)
            .chain(&others)
            .find(|it| it.erased.is_some());
        let Some(with) = forgotten.map(|it| it.id.clone()) else {
            return Ok(());
        };
        self.forget_person(record, notice, &Erasure::Merged(with))
            .await
    }

    /// Empties our copy of a record, and those of the records that were merged with it: they are the same person.
    async fn forget_person(
        &self,
        record: &RecordId,
        notice: Notice<'_>,
        erasure: &Erasure,
    ) -> Result<(), Failure> {
        let mut same = BTreeSet::from([record.clone()]);
        let mut left = VecDeque::from([record.clone()]);
        let at = match &notice.0.data {
            EventData::RecordNoticed { occurred, .. } => *occurred,
            _ => notice.1,
        };
        while let Some(next) = left.pop_front() {
            let copies = self.copies(&[Key::record(&next)]).await?;
            let Some(copy) = copies.into_iter().next() else {
                // Whoever fetched it before it was erased may keep its copy in a moment.
                if next == *record && may_be_unseen(notice.0, self.table.clock.now()) {
                    return Err(Failure::waits(
                        "there is no copy of whom it is to forget; it is looked again, since one may be on its way",
                        SHOWN_SOON,
                    ));
                }
                continue;
            };
            self.forget_behaviour(&copy, notice.1).await?;
            let forgets = |before: Option<&RecordState>| {
                let gone = *erasure == Erasure::Crm && next == *record;
                erase(before?, &self.rules.model, (erasure, gone), at)
            };
            self.commit_copy(&next, notice, forgets).await?;
            self.count_for_account(&next, notice).await?;
            let others = copy.merged.into_iter().chain(copy.merged_into);
            left.extend(others.filter(|other| same.insert(other.clone())));
        }
        Ok(())
    }
}

/// That the person is to be forgotten of whose record an event tells, and by whose word.
const fn erasure_of(event: &Event) -> Option<&Erasure> {
    match &event.data {
        EventData::RecordNoticed { erasure, .. } => erasure.as_ref(),
        _ => None,
    }
}
