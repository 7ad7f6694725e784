//! A lead that the CRM associates with no account gets the one that fits it, as the model says how one is found.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Key, state::RecordState};
use crm::{Candidates, Matched, ObjectMapping, Record, RecordId, RecordKind, Value, Wanted};
use decisions::{
    matching::{Sought, chosen, of_domain, sought, wanted, ways},
    sync::ARCHIVED,
};
use engine::{Clock, Crm, CrmError, Failure, isolate};
use model::{ACCOUNT_DOMAIN, ACCOUNT_NAME, FoundBy};
use store::{MOST_IN_TRANSACTION, Store, StoreError, Versioned};

use crate::{CrmSync, Named, Notice};

/// The account of each record: none if it has none; or why that could not be read.
pub(crate) type AccountOf = BTreeMap<String, Result<Option<String>, Failure>>;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Looks for the accounts of the records that have none in `of`, one way after the other, each for all of
    /// them together. Of what the CRM does not answer, the account could not be read: nothing is taken for
    /// not being there.
    pub(crate) async fn match_accounts(
        &self,
        (crm, accounts): (&R, &ObjectMapping),
        records: &mut [Record],
        named: &Named<'_>,
        of: &mut AccountOf,
    ) {
        let Some(kind) = records.first().map(|record| record.id.kind) else {
            return;
        };
        let model = &self.rules.model;
        let none = |record: &Record, of: &AccountOf| {
            of.get(&record.id.id).is_none_or(|it| *it == Ok(None))
        };
        if !model.matches(kind) {
            return;
        }
        let told = match self.accounts_told_of(named).await {
            Ok(told) => told,
            Err(why) => {
                for record in records.iter().filter(|it| none(it, of)).collect::<Vec<_>>() {
                    of.insert(record.id.id.clone(), Err(why.clone().into()));
                }
                return;
            }
        };
        for way in ways(model, kind) {
            let open = records
                .iter()
                .filter(|it| it.matched.is_none() && none(it, of));
            let asked = open.filter_map(|it| Some((it.id.id.clone(), sought(model, way, it)?)));
            let asked: BTreeMap<String, Sought> = asked.collect();
            let found = search(crm, accounts, way, asked.values()).await;
            for record in &mut *records {
                let Some(sought) = asked.get(&record.id.id) else {
                    continue;
                };
                let answer = match found.get(&sought.text) {
                    Some(Ok(candidates)) => {
                        let candidates = with_told(candidates, &told, sought, wanted(way));
                        chosen(way, record, sought, &candidates).map(Ok)
                    }
                    Some(Err(error)) => Some(Err(Failure::from(error.clone()))),
                    None => None,
                };
                match answer {
                    Some(Ok((matched, account))) => {
                        record.matched = Some(matched);
                        of.insert(record.id.id.clone(), Ok(account));
                    }
                    Some(Err(failure)) => {
                        of.insert(record.id.id.clone(), Err(failure));
                    }
                    None => {}
                }
            }
        }
        for record in records {
            if record.matched.is_none() && none(record, of) {
                record.matched = Some(Matched::Nothing);
            }
        }
    }

    /// Our copies of the accounts because of which these records are looked at.
    async fn accounts_told_of(&self, named: &Named<'_>) -> Result<Vec<Record>, StoreError> {
        let notices = named.values().flatten();
        let told = notices.filter_map(|(event, _)| event.record.as_ref());
        let told: BTreeSet<&RecordId> = told.filter(|it| it.kind == RecordKind::Account).collect();
        let keys: Vec<Key> = told.into_iter().map(Key::record).collect();
        self.copies(&keys).await
    }

    /// The copies of these that there are.
    async fn copies(&self, keys: &[Key]) -> Result<Vec<Record>, StoreError> {
        let mut copies = Vec::new();
        for some in keys.chunks(MOST_IN_TRANSACTION) {
            for item in self.table.store.get(some).await?.into_iter().flatten() {
                copies.push(Versioned::<RecordState>::read(item)?.state.record);
            }
        }
        Ok(copies)
    }

    /// Looks again at the leads for which an account counts otherwise since it was told of: those that have found
    /// none at its domain, and those that have found it by what it holds no more.
    pub(crate) async fn match_again(
        &self,
        account: &Record,
        changed: &[String],
        (event, now): Notice<'_>,
    ) -> Result<(), Failure> {
        let by = |field: &str| changed.iter().any(|name| name == field);
        let moved = by(ACCOUNT_DOMAIN) || by(ACCOUNT_NAME) || by(ARCHIVED);
        if !moved || !self.rules.model.matches(RecordKind::Lead) {
            return Ok(());
        }
        let store = &self.table.store;
        let under = store.of_account(&account.id.to_string()).await?;
        let under = self.copies(&under).await?.into_iter();
        let matched = under.filter(|it| matches!(it.matched, Some(Matched::One { .. })));
        let mut leads: BTreeSet<RecordId> = matched.map(|it| it.id).collect();
        let domain = account.value(ACCOUNT_DOMAIN).and_then(Value::text);
        if let Some(domain) = domain.and_then(crm::domain) {
            let waiting = of_domain(&account.id.source, &domain);
            let waiting = store.of_account(&waiting).await?;
            leads.extend(waiting.iter().filter_map(Key::record_id));
        }
        if leads.is_empty() {
            return Ok(());
        }
        let named = leads.into_iter().map(|lead| (lead, vec![(event, now)]));
        let named: Named<'_> = named.collect();
        let results = self
            .fetch(&account.id.source, RecordKind::Lead, &named)
            .await;
        results.into_values().collect()
    }
}

/// What a search found, with what our copies say of the accounts of which we were told: they may be too new to be
/// found, or gone.
fn with_told(found: &Candidates, told: &[Record], sought: &Sought, wanted: Wanted) -> Candidates {
    let mut candidates = found.clone();
    for account in told {
        let value = account.value(sought.field).and_then(Value::text);
        match value.filter(|value| !account.archived && wanted.holds(value, &sought.text)) {
            Some(value) => candidates
                .found
                .insert(account.id.id.clone(), value.to_owned()),
            None => candidates.found.remove(&account.id.id),
        };
    }
    candidates
}

/// Asks the CRM for all that is sought in one way.
async fn search<R: Crm>(
    crm: &R,
    accounts: &ObjectMapping,
    way: &FoundBy,
    asked: impl Iterator<Item = &Sought>,
) -> BTreeMap<String, Result<Candidates, CrmError>> {
    let asked: BTreeSet<&Sought> = asked.collect();
    let Some(field) = asked.first().map(|sought| sought.field) else {
        return BTreeMap::new();
    };
    let texts: Vec<String> = asked.iter().map(|sought| sought.text.clone()).collect();
    isolate(&texts, async |texts: Vec<String>| {
        crm.search(accounts, field, wanted(way), &texts).await
    })
    .await
}
