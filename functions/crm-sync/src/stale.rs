use std::collections::BTreeMap;

use contracts::{Key, state::RecordState};
use crm::{Matched, ObjectMapping, Record, RecordId};
use decisions::sweep;
use engine::{Clock, Crm, Failure, Listed, ListedPage};
use jiff::Timestamp;
use store::Store;

use crate::CrmSync;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// The records of a page of which our copies are not what the CRM has, with those: none is there, it is older,
    /// gone and there again, or under another account; or it is there and the record gone.
    pub(crate) async fn stale(
        &self,
        mapping: &ObjectMapping,
        page: &ListedPage,
        gone: bool,
    ) -> Result<Vec<(Listed, Option<u64>)>, Failure> {
        let copies = self.kept(mapping, page.records.iter()).await?;
        let stale = page.records.iter().filter_map(|listed| {
            let copy = copies.get(&listed.id);
            let stale = match copy.map(|it| &it.record) {
                None => !gone,
                Some(copy) if gone => !copy.archived,
                Some(copy) => {
                    copy.archived || copy.modified < listed.modified || moved(copy, listed)
                }
            };
            stale.then(|| (listed.clone(), copy.map(|it| it.sequence)))
        });
        Ok(stale.collect())
    }

    /// Of how many of these an event should have told: something that the model maps has changed, and not just now.
    pub(crate) async fn missed(
        &self,
        mapping: &ObjectMapping,
        stale: &[(Listed, Option<u64>)],
        now: Timestamp,
    ) -> Result<u64, Failure> {
        let copies = self.kept(mapping, stale.iter().map(|(it, _)| it)).await?;
        let missed = stale.iter().filter(|(listed, before)| {
            let copy = copies.get(&listed.id).map(|it| it.sequence);
            copy != *before && sweep::was_missed(listed.modified, now)
        });
        Ok(missed.count().try_into().unwrap_or(u64::MAX))
    }

    /// Our copies of listed records, by their ids.
    async fn kept<'l>(
        &self,
        mapping: &ObjectMapping,
        listed: impl Iterator<Item = &'l Listed>,
    ) -> Result<BTreeMap<String, RecordState>, Failure> {
        let id = |it: &Listed| RecordId::new(&mapping.source, mapping.kind, it.id.as_str());
        let ids = listed.filter_map(|it| id(it).ok());
        let keys: Vec<Key> = ids.map(|id| Key::record(&id)).collect();
        let copies = self.states(&keys).await?.into_iter();
        Ok(copies
            .map(|copy| (copy.record.id.id.clone(), copy))
            .collect())
    }
}

/// Whether the CRM has a record under another account than our copy, which it may do without changing it.
fn moved(copy: &Record, listed: &Listed) -> bool {
    let Some(theirs) = &listed.accounts else {
        return false;
    };
    let ours = copy.account.as_ref().map(|account| &account.id.id);
    match theirs.first() {
        Some(theirs) => ours != Some(theirs),
        // One that was found otherwise is not associated there.
        None => ours.is_some() && !matches!(copy.matched, Some(Matched::One { .. })),
    }
}
