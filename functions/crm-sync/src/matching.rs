//! A lead that the CRM associates with no account gets the one that fits it, as the model says how one is found.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{Key, state::RecordState};
use crm::{
    Candidates, Matched, MatchedBy, ObjectMapping, Record, RecordId, RecordKind, SourceName, Value,
    Wanted,
};
use decisions::{
    matching::{Sought, chosen, domain_sought, of_domain, sought, sought_by, wanted, ways},
    sync::ARCHIVED,
};
use engine::{Clock, Crm, Failure, isolate, time::SHOWN_SOON};
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
        for way in ways(model, kind) {
            let open = records
                .iter()
                .filter(|it| it.matched.is_none() && none(it, of));
            let asked = open.filter_map(|it| Some((it.id.id.clone(), sought(model, way, it)?)));
            let asked: BTreeMap<String, Sought> = asked.collect();
            let found = self.candidates((crm, accounts), way, asked.values()).await;
            for record in &mut *records {
                let Some(sought) = asked.get(&record.id.id) else {
                    continue;
                };
                let answer = match found.get(&sought.text) {
                    Some(Ok(candidates)) => chosen(way, record, sought, candidates).map(Ok),
                    Some(Err(failure)) => Some(Err(failure.clone())),
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

    /// What may fit, by what is sought: all that the CRM finds, and what our own copies say of the accounts at a
    /// domain, which may be too new to be found by a search, or gone.
    async fn candidates(
        &self,
        (crm, accounts): (&R, &ObjectMapping),
        way: &FoundBy,
        asked: impl Iterator<Item = &Sought>,
    ) -> BTreeMap<String, Result<Candidates, Failure>> {
        let asked: BTreeSet<&Sought> = asked.collect();
        let field = asked.first().map(|sought| sought.field);
        // A source that does not have the field finds nothing by it.
        let Some(field) = field.filter(|field| accounts.field(field).is_some()) else {
            return BTreeMap::new();
        };
        let texts: Vec<String> = asked.iter().map(|sought| sought.text.clone()).collect();
        let wanted = wanted(way);
        let searched = isolate(&texts, async |texts: Vec<String>| {
            crm.search(accounts, field, wanted, &texts).await
        });
        let mut found = BTreeMap::new();
        for (text, answer) in searched.await {
            let mut answer = answer.map_err(Failure::from);
            if let (Ok(candidates), Wanted::Domain) = (&mut answer, wanted) {
                match self.accounts_at(&accounts.source, &text).await {
                    Ok(known) => correct(candidates, &known, &text),
                    Err(why) => answer = Err(why.into()),
                }
            }
            found.insert(text, answer);
        }
        found
    }

    /// Our copies of the accounts that are or were at a domain, as far as the index shows them.
    async fn accounts_at(
        &self,
        source: &SourceName,
        domain: &str,
    ) -> Result<Vec<Record>, StoreError> {
        let mut there = self
            .table
            .store
            .of_account(&of_domain(source, domain))
            .await?;
        let account = |key: &Key| {
            key.record_id()
                .is_some_and(|it| it.kind == RecordKind::Account)
        };
        there.retain(account);
        self.copies(&there).await
    }

    /// Whether what was found for a lead still holds once its copy is kept. An account that came, went or moved
    /// at the same moment has not seen the lead where it looks for those that it concerns.
    pub(crate) async fn settled(&self, lead: &RecordId) -> Result<(), Failure> {
        let copies = self.copies(&[Key::record(lead)]).await?;
        // Of whom nothing personal is kept, what was found by it is not found again.
        let is_kept = |it: &Record| !it.archived && it.erased.is_none();
        let Some(copy) = copies.into_iter().next().filter(is_kept) else {
            return Ok(());
        };
        let model = &self.rules.model;
        let source = &lead.source;
        let as_it_was = match (&copy.matched, &copy.account) {
            (Some(Matched::One { by, .. }), Some(account)) => {
                let sought = sought_by(model, *by, &copy);
                self.still_fit(*by, sought, [&account.id].into_iter())
                    .await?
            }
            (Some(Matched::Several { by, accounts }), _) => {
                let sought = sought_by(model, *by, &copy);
                let ids = accounts.iter();
                let ids = ids.filter_map(|id| RecordId::new(source, RecordKind::Account, id).ok());
                let ids: Vec<RecordId> = ids.collect();
                self.still_fit(*by, sought, ids.iter()).await?
            }
            (Some(Matched::Nothing), _) => match domain_sought(model, &copy) {
                Some(domain) => {
                    let mut found = Candidates::default();
                    let known = self.accounts_at(source, &domain).await?;
                    correct(&mut found, &known, &domain);
                    found.found.is_empty()
                }
                None => true,
            },
            _ => true,
        };
        if as_it_was {
            return Ok(());
        }
        Err(Failure::waits(
            "an account that fits the lead, or did, was changed at the same moment; it is looked for again",
            SHOWN_SOON,
        ))
    }

    /// Whether accounts are there still, and those that were found by a domain still have it.
    async fn still_fit(
        &self,
        by: MatchedBy,
        sought: Option<Sought>,
        accounts: impl Iterator<Item = &RecordId>,
    ) -> Result<bool, StoreError> {
        let keys: Vec<Key> = accounts.map(Key::record).collect();
        let at = |it: &Record| {
            it.value(ACCOUNT_DOMAIN)
                .and_then(Value::text)
                .and_then(crm::domain)
        };
        let fits = |it: &Record| {
            let same = || at(it) == sought.as_ref().map(|sought| sought.text.clone());
            !it.archived && (by == MatchedBy::Name || same())
        };
        Ok(self.copies(&keys).await?.iter().all(fits))
    }

    /// The copies of these that there are.
    pub(crate) async fn copies(&self, keys: &[Key]) -> Result<Vec<Record>, StoreError> {
        let states = self.states(keys).await?.into_iter();
        Ok(states.map(|state| state.record).collect())
    }

    /// The same, each with its sequence.
    pub(crate) async fn states(&self, keys: &[Key]) -> Result<Vec<RecordState>, StoreError> {
        let mut copies = Vec::new();
        for some in keys.chunks(MOST_IN_TRANSACTION) {
            for item in self.table.store.get(some).await?.into_iter().flatten() {
                copies.push(Versioned::<RecordState>::read(item)?.state);
            }
        }
        Ok(copies)
    }

    /// Looks again at the leads for which an account counts otherwise since it was told of: those that have found
    /// none at its domain or several where it was, and those that have found it by what it holds no more.
    pub(crate) async fn match_again(
        &self,
        account: &Record,
        (changed, left): (&[String], Option<&str>),
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
        let matched = under.filter(|it| !it.archived);
        let matched = matched.filter(|it| matches!(it.matched, Some(Matched::One { .. })));
        let mut leads: BTreeSet<RecordId> = matched.map(|it| it.id).collect();
        let domain = account.value(ACCOUNT_DOMAIN).and_then(Value::text);
        let domains = domain.and_then(crm::domain).into_iter();
        let domains: BTreeSet<String> = domains.chain(left.map(str::to_owned)).collect();
        for domain in domains {
            let waiting = of_domain(&account.id.source, &domain);
            let waiting = store.of_account(&waiting).await?;
            let waiting = self.copies(&waiting).await?.into_iter();
            let waiting = waiting.filter(|it| it.id.kind == RecordKind::Lead && !it.archived);
            leads.extend(waiting.map(|it| it.id));
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

/// Corrects what a search found by our copies of the accounts at this domain.
fn correct(candidates: &mut Candidates, known: &[Record], domain: &str) {
    for account in known {
        let value = account.value(ACCOUNT_DOMAIN).and_then(Value::text);
        let there = |value: &&str| !account.archived && Wanted::Domain.holds(value, domain);
        match value.filter(there) {
            Some(value) => candidates
                .found
                .insert(account.id.id.clone(), value.to_owned()),
            None => candidates.found.remove(&account.id.id),
        };
    }
}
