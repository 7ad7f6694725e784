//! What belongs to records is read with them, and counted for the derived fields of the model that count it.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use contracts::{Key, state::RecordState};
use crm::{AccountFacts, ObjectMapping, Others, Record, RecordId, RecordKind};
use decisions::others::{Belonging, count, kept_with};
use engine::{Clock, Crm, Failure, Isolated, Reading, isolate};
use jiff::Timestamp;
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use crate::{CrmSync, Named, Results, first};

/// Of more than so many of one kind nothing is counted: each hundred is a request.
const MOST: usize = 500;

/// What belongs to each of some records, or why that could not be read.
type Found = BTreeMap<String, Result<Belonging, Failure>>;

/// The records of one kind that belong to another, with what was read of them.
type Belongs = (BTreeSet<RecordId>, Vec<Record>);

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Whether anything is counted that is kept with records of this kind.
    pub(crate) fn counts_others(&self, kind: RecordKind) -> bool {
        kept_with(&self.rules.model, kind).next().is_some()
    }

    /// Counts what belongs to each of these records. One of which that cannot be read now is taken out of
    /// `records` and said so in `results`: it would be judged as one to which nothing belongs.
    pub(crate) async fn attach_others(
        &self,
        crm: &R,
        mapping: &ObjectMapping,
        records: &mut Vec<Record>,
        results: &mut Results,
    ) {
        let ids: Vec<&str> = records.iter().map(|it| it.id.id.as_str()).collect();
        let (found, read) = self.belonging(crm, mapping, &ids).await;
        records.retain_mut(|record| {
            let account = match record.id.kind {
                RecordKind::Account => Some(facts_of(record)),
                _ => record.account.clone(),
            };
            match self.counted(
                mapping.kind,
                &record.id.id,
                account.as_ref(),
                (&found, read),
            ) {
                Ok(others) => {
                    record.others = others;
                    true
                }
                Err(failure) => {
                    results.insert(record.id.clone(), Err(failure));
                    false
                }
            }
        });
    }

    fn counted(
        &self,
        kind: RecordKind,
        id: &str,
        account: Option<&AccountFacts>,
        (found, read): (&Found, Timestamp),
    ) -> Result<Option<Others>, Failure> {
        let found = found.get(id).cloned().transpose()?;
        Ok(found.map(|found| count(&self.rules, kind, account, &found, read)))
    }

    /// What belongs to each of some records, and when that was read. Nothing if nothing is counted.
    async fn belonging(
        &self,
        crm: &R,
        mapping: &ObjectMapping,
        ids: &[&str],
    ) -> (Found, Timestamp) {
        let read = self.table.clock.now();
        // Of one kind, whether it has to be read.
        let mut kinds: BTreeMap<RecordKind, bool> = BTreeMap::new();
        for (_, count) in kept_with(&self.rules.model, mapping.kind) {
            *kinds.entry(count.kind).or_default() |= count.reads_them();
        }
        let mut found = Found::new();
        if kinds.is_empty() || ids.is_empty() {
            return (found, read);
        }
        found.extend(
            ids.iter()
                .map(|id| ((*id).to_owned(), Ok(Belonging::default()))),
        );
        for (kind, reads) in kinds {
            if let Some(to) = self.mapping_of(mapping, kind) {
                self.of_kind(crm, (mapping, &to), (kind, reads), &mut found)
                    .await;
            }
        }
        (found, read)
    }

    /// How records of a kind are called where these are. Contacts are read only here, if they have no name of their
    /// own: as leads they are looked through already.
    fn mapping_of(
        &self,
        beside: &ObjectMapping,
        kind: RecordKind,
    ) -> Option<Cow<'_, ObjectMapping>> {
        let source = &beside.source;
        let known = self.mappings.get(source, kind).map(Cow::Borrowed);
        known.or_else(|| {
            let mapping = self.rules.model.object_mapping(source, kind);
            mapping.map(Cow::Owned)
        })
    }

    async fn of_kind(
        &self,
        crm: &R,
        (from, to): (&ObjectMapping, &ObjectMapping),
        (kind, reads): (RecordKind, bool),
        found: &mut Found,
    ) {
        let ids: Vec<String> = found.keys().cloned().collect();
        let there = isolate(&ids, async |ids: Vec<String>| {
            crm.associated(from, to, &ids).await
        });
        let mut there: BTreeMap<String, Vec<String>> = there
            .await
            .into_iter()
            .filter_map(|(id, belong)| match belong {
                Ok(belong) => Some((id, belong)),
                Err(error) => {
                    found.insert(id, Err(error.into()));
                    None
                }
            })
            .collect();
        there.retain(|_, belong| belong.len() <= MOST);
        let mut records = Isolated::new();
        if reads {
            let all: BTreeSet<String> = there.values().flatten().cloned().collect();
            let all: Vec<String> = all.into_iter().collect();
            records = isolate(&all, async |ids: Vec<String>| crm.read(to, &ids).await).await;
        }
        for (id, belong) in there {
            let Some(Ok(belonging)) = found.get_mut(&id) else {
                continue;
            };
            match belonging_of(belong, to, reads, &records) {
                Ok(Some((ids, read))) => {
                    belonging.records.extend(read);
                    belonging.there.insert(kind, ids);
                }
                Ok(None) => {}
                Err(failure) => {
                    found.insert(id, Err(failure));
                }
            }
        }
    }

    /// The accounts under which our copies of these records are.
    pub(crate) async fn accounts_before(
        &self,
        records: impl Iterator<Item = &RecordId>,
    ) -> Result<BTreeMap<RecordId, RecordId>, StoreError> {
        let mut before = BTreeMap::new();
        if !self.counts_others(RecordKind::Account) {
            return Ok(before);
        }
        let keys: Vec<Key> = records.map(Key::record).collect();
        for some in keys.chunks(MOST_IN_TRANSACTION) {
            for item in self.table.store.get(some).await?.into_iter().flatten() {
                let copy = Versioned::<Arc<RecordState>>::read_shared(item)?.state;
                let (id, account) = (&copy.record.id, copy.record.account.as_ref());
                before.extend(account.map(|account| (id.clone(), account.id.clone())));
            }
        }
        Ok(before)
    }

    /// Counts anew what belongs to the accounts of records that are gone.
    pub(crate) async fn count_without(
        &self,
        crm: &R,
        gone: &[RecordId],
        named: &Named<'_>,
        results: &mut Results,
    ) {
        let before = match self.accounts_before(gone.iter()).await {
            Ok(before) => before,
            Err(why) => {
                let failed = |record: &RecordId| (record.clone(), Err(Failure::from(why.clone())));
                results.extend(gone.iter().map(failed));
                return;
            }
        };
        for (record, account) in before {
            let accounts = self.mappings.get(&account.source, RecordKind::Account);
            let (Some(accounts), Some(notice)) = (accounts, first(named, &record)) else {
                continue;
            };
            let wanted = BTreeMap::from([(account.id, notice)]);
            let read = self.accounts(crm, accounts, &wanted).await;
            if let Some(failure) = read.into_values().find_map(Result::err) {
                results.insert(record, Err(failure));
            }
        }
    }
}

/// What belongs to one record, with what was read of it; none if one of them cannot be told, since it may
/// count.
fn belonging_of(
    belong: Vec<String>,
    to: &ObjectMapping,
    reads: bool,
    records: &Isolated<Reading>,
) -> Result<Option<Belongs>, Failure> {
    let (mut ids, mut read) = (BTreeSet::new(), Vec::new());
    for id in belong {
        match records.get(&id) {
            _ if !reads => {}
            Some(Ok(Reading::Record { record, .. })) => read.push(record.as_ref().clone()),
            Some(Ok(Reading::Missing)) => continue,
            Some(Ok(Reading::Broken(_))) | None => return Ok(None),
            Some(Err(error)) => return Err(error.clone().into()),
        }
        let Ok(id) = RecordId::new(&to.source, to.kind, id) else {
            return Ok(None);
        };
        ids.insert(id);
    }
    Ok(Some((ids, read)))
}

/// An account as its leads and opportunities know it.
pub(crate) fn facts_of(account: &Record) -> AccountFacts {
    AccountFacts {
        id: account.id.clone(),
        modified: account.modified,
        fields: account.fields.clone(),
        others: account.others.clone(),
        behaviour: account.behaviour.clone(),
    }
}
