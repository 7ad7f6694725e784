use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Event, EventData, Key, Merge,
    state::{SweepKind, Swept},
};
use crm::{AccountFacts, Matched, ObjectMapping, Record, RecordId, RecordKind, SourceName};
use engine::{
    Clock, Crm, Failure, Reading, Unreadable, isolate,
    time::{SHOWN_SOON, may_be_unseen},
};
use jiff::Timestamp;
use store::Store;

use crate::{
    CrmSync, Named, Notice, Results, copies::Fetched, drift::Unread, first, ids,
    matching::AccountOf, others::facts_of,
};

/// What is known of accounts, by their ids; none of one that there is not.
type FactsOf = BTreeMap<String, Result<Option<AccountFacts>, Failure>>;

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Fetches the records of one kind, and says of each what became of it.
    pub(crate) async fn fetch(
        &self,
        source: &SourceName,
        kind: RecordKind,
        named: &Named<'_>,
    ) -> Results {
        let mapping = self.mappings.get(source, kind);
        let notices = named.values().flatten().map(|(event, _)| *event);
        let crm = self.crms.for_events(source, notices);
        let (Some(crm), Some(mapping)) = (crm, mapping) else {
            let why = format!("the model maps no {kind} of {source}: see technology.yaml");
            let failed = |record: &RecordId| (record.clone(), Err(Failure::Final(why.clone())));
            return named.keys().map(failed).collect();
        };
        let read = isolate(&ids(named), async |ids: Vec<String>| {
            crm.read(mapping, &ids).await
        })
        .await;
        let mut results = Results::new();
        let (mut records, mut gone, mut unread) = (Vec::new(), Vec::new(), Unread::new());
        for (id, reading) in read {
            let Ok(record) = RecordId::new(source, kind, id) else {
                continue;
            };
            let Some(notices) = named.get(&record) else {
                continue;
            };
            let result = match reading {
                Ok(Reading::Record {
                    record: fetched,
                    unreadable,
                }) => {
                    warn_of(&record, &unreadable);
                    unread.push((record, unreadable));
                    records.push(*fetched);
                    continue;
                }
                Ok(Reading::Missing) => {
                    let archived = self.missing(&record, notices).await;
                    gone.extend(archived.is_ok().then(|| record.clone()));
                    archived
                }
                Ok(Reading::Broken(why)) => Err(Failure::Itself(why)),
                Err(error) => Err(error.into()),
            };
            results.insert(record, result);
        }
        self.count_without(crm, &gone, named, &mut results).await;
        let asked = AccountOf::new();
        self.keep_read(crm, (mapping, asked), records, named, &mut results)
            .await;
        self.tell_drift(mapping, &unread, named, &mut results).await;
        self.forget_merged(named, &mut results).await;
        results
    }

    /// Keeps copies of records that were read, with their accounts and what belongs to them, and says of each
    /// what became of it. Of which the account is known already, it is not asked for.
    pub(crate) async fn keep_read(
        &self,
        crm: &R,
        (mapping, known): (&ObjectMapping, AccountOf),
        mut records: Vec<Record>,
        named: &Named<'_>,
        results: &mut Results,
    ) {
        self.attach_accounts(crm, (mapping, known), &mut records, named, results)
            .await;
        self.attach_others(crm, mapping, &mut records, results)
            .await;
        let now = |id: &RecordId| first(named, id).map(|(_, now)| now);
        self.attach_activities(crm, mapping, &mut records, now, results)
            .await;
        let mut fetched = Vec::new();
        let mut matched = BTreeSet::new();
        for mut record in records {
            let Some(notice) = first(named, &record.id) else {
                continue;
            };
            let occurred = latest(named, &record.id, notice.0);
            record.merged = merged(named, &record.id);
            matched.extend(record.matched.is_some().then(|| record.id.clone()));
            fetched.push(Fetched {
                record,
                occurred,
                notice,
            });
        }
        for (id, mut kept) in self.keep_copies(fetched).await {
            if kept.is_ok() && matched.contains(&id) {
                kept = self.settled(&id).await;
            }
            if let (Ok(()), Some(notice)) = (&kept, first(named, &id)) {
                kept = self.count_for_account(&id, notice).await;
            }
            results.insert(id, kept);
        }
    }

    /// The CRM does not have a record. Told that it was deleted, we believe it at once; else only
    /// when the CRM still says so a while after it told us of the record.
    async fn missing(&self, record: &RecordId, notices: &[Notice<'_>]) -> Result<(), Failure> {
        let Some((event, now)) = notices.first() else {
            return Ok(());
        };
        let deleted = |(event, _): &Notice<'_>| {
            matches!(event.data, EventData::RecordNoticed { deleted: true, .. })
        };
        let listed = |(event, _): &Notice<'_>| {
            matches!(event.data, EventData::RecordNoticed { swept: Some(_), .. })
        };
        if notices.iter().all(listed) && !notices.iter().any(deleted) {
            // A list has just shown it. What is gone stands in a list of its own.
            return Ok(());
        }
        let host = self.table.clock.now();
        let young = notices.iter().any(|(event, _)| may_be_unseen(event, host));
        if young && !notices.iter().any(deleted) {
            return Err(Failure::waits(
                "the CRM does not have the record; it is asked again, since it told of it a moment ago",
                SHOWN_SOON,
            ));
        }
        let known = !self.copies(&[Key::record(record)]).await?.is_empty();
        if young && !known {
            return Err(Failure::waits(
                "the record is gone, and there is no copy of it; it is looked again, since one may be on its way",
                SHOWN_SOON,
            ));
        }
        let occurred = notices.iter().map(|(event, _)| occurred_of(event)).max();
        let occurred = occurred.unwrap_or(event.time);
        let into = notices.iter().find_map(|(event, _)| match &event.data {
            EventData::RecordNoticed {
                merge: Some(Merge::Into(stays)),
                ..
            } => Some(stays),
            _ => None,
        });
        self.archive_copy(record, into, (event, occurred), *now)
            .await?;
        self.count_for_account(record, (event, *now)).await
    }

    /// Fetches the accounts of leads and opportunities, keeps copies of them, and puts what they
    /// hold beside each record, so that a decision needs one query. A record whose account cannot
    /// be read now is taken out of `records` and said so in `results`: it would be judged as one
    /// without an account.
    async fn attach_accounts(
        &self,
        crm: &R,
        (mapping, known): (&ObjectMapping, AccountOf),
        records: &mut Vec<Record>,
        named: &Named<'_>,
        results: &mut Results,
    ) {
        let has_account = matches!(mapping.kind, RecordKind::Lead | RecordKind::Opportunity);
        let accounts = self.mappings.get(&mapping.source, RecordKind::Account);
        let (true, Some(accounts), false) = (has_account, accounts, records.is_empty()) else {
            return;
        };
        let ids = records.iter().map(|record| record.id.id.clone());
        let ids: Vec<String> = ids.filter(|id| !known.contains_key(id)).collect();
        let associated = isolate(&ids, async |ids: Vec<String>| {
            crm.associated(mapping, accounts, &ids).await
        });
        let primary = |accounts: Vec<String>| accounts.into_iter().next();
        let associated = associated.await.into_iter();
        let mut of: AccountOf = associated
            .map(|(id, accounts)| (id, accounts.map(primary).map_err(Failure::from)))
            .chain(known)
            .collect();
        self.match_accounts((crm, accounts), records, &mut of).await;
        let of_record = |id: &str| match of.get(id) {
            Some(account) => account.as_ref().map(Option::as_ref),
            None => Ok(None),
        };
        // An account's copy belongs to the chain of the first record that needs it.
        let mut wanted: BTreeMap<String, Notice<'_>> = BTreeMap::new();
        for record in &*records {
            let account = of_record(&record.id.id).ok().flatten();
            if let (Some(account), Some(notice)) = (account, first(named, &record.id)) {
                wanted.entry(account.clone()).or_insert(notice);
            }
            // Of those of which none is taken a copy is kept too: what becomes of them may make one of them fit.
            if let (Some(Matched::Several { accounts, .. }), Some(notice)) =
                (&record.matched, first(named, &record.id))
            {
                wanted.extend(accounts.iter().map(|account| (account.clone(), notice)));
            }
        }
        // Of an account that it has left, it does not count any more.
        let left = match self.accounts_before(records.iter().map(|it| &it.id)).await {
            Ok(left) => left,
            Err(why) => {
                let failed = |record: &Record| (record.id.clone(), Err(Failure::from(why.clone())));
                results.extend(records.iter().map(failed));
                records.clear();
                return;
            }
        };
        for (record, account) in left {
            if let Some(notice) = first(named, &record) {
                wanted.entry(account.id).or_insert(notice);
            }
        }
        let mut facts = self.accounts_just_kept(&mut wanted).await;
        facts.extend(self.accounts(crm, accounts, &wanted).await);
        records.retain_mut(|record| {
            let account = match of_record(&record.id.id) {
                Ok(None) => Ok(None),
                Ok(Some(id)) => facts.get(id).cloned().transpose().map(Option::flatten),
                Err(failure) => Err(failure.clone()),
            };
            match account {
                Ok(account) => {
                    // What the search still had is gone.
                    if account.is_none() && matches!(record.matched, Some(Matched::One { .. })) {
                        record.matched = Some(Matched::Nothing);
                    }
                    record.account = account;
                    true
                }
                Err(failure) => {
                    results.insert(record.id.clone(), Err(failure));
                    false
                }
            }
        });
    }

    /// What our copies say of accounts that a load of the whole CRM needs: it has read the accounts before what
    /// belongs to them, so that they are not read once for each page. They are taken out of `wanted`.
    async fn accounts_just_kept(&self, wanted: &mut BTreeMap<String, Notice<'_>>) -> FactsOf {
        let mut known = FactsOf::new();
        let loaded = wanted.iter().filter(|(_, (event, _))| {
            matches!(
                event.data,
                EventData::RecordNoticed {
                    swept: Some(Swept {
                        look: SweepKind::Load,
                        ..
                    }),
                    ..
                }
            )
        });
        let keys = loaded.filter_map(|(id, (event, _))| {
            let source = &event.record.as_ref()?.source;
            let id = RecordId::new(source, RecordKind::Account, id.as_str());
            Some(Key::record(&id.ok()?))
        });
        let keys: Vec<Key> = keys.collect();
        // What cannot be told now is read.
        let copies = self.copies(&keys).await.unwrap_or_default();
        for copy in copies.iter().filter(|copy| !copy.archived) {
            if wanted.remove(&copy.id.id).is_some() {
                known.insert(copy.id.id.clone(), Ok(Some(facts_of(copy))));
            }
        }
        known
    }

    /// What is known of accounts, whose copies are kept on the way; none of one that the CRM still
    /// does not have a while after it told of the record, or gives as no record.
    pub(crate) async fn accounts(
        &self,
        crm: &R,
        mapping: &ObjectMapping,
        wanted: &BTreeMap<String, Notice<'_>>,
    ) -> FactsOf {
        let ids: Vec<String> = wanted.keys().cloned().collect();
        let read = isolate(&ids, async |ids: Vec<String>| crm.read(mapping, &ids).await).await;
        let mut facts = BTreeMap::new();
        let (mut records, mut failed) = (Vec::new(), Results::new());
        for (id, reading) in read {
            let found = match (reading, wanted.get(&id)) {
                (Ok(Reading::Record { record, unreadable }), _) => {
                    warn_of(&record.id, &unreadable);
                    records.push(*record);
                    continue;
                }
                (Ok(Reading::Broken(why)), _) => {
                    tracing::warn!(
                        account = id,
                        why,
                        "the account is no record; it counts as none"
                    );
                    Ok(None)
                }
                // The CRM names it as the record's account, so it has it or had it a moment ago.
                (Ok(Reading::Missing), Some((event, _)))
                    if may_be_unseen(event, self.table.clock.now()) =>
                {
                    Err(Failure::waits(
                        format!(
                            "the CRM does not have the account {id}; it is asked again, since it told \
                             of it a moment ago"
                        ),
                        SHOWN_SOON,
                    ))
                }
                (Ok(_), _) => Ok(None),
                (Err(error), _) => Err(error.into()),
            };
            facts.insert(id, found);
        }
        self.attach_others(crm, mapping, &mut records, &mut failed)
            .await;
        let now = |id: &RecordId| wanted.get(&id.id).map(|(_, now)| *now);
        self.attach_activities(crm, mapping, &mut records, now, &mut failed)
            .await;
        let failed = failed.into_iter();
        facts.extend(failed.filter_map(|(record, why)| Some((record.id, Err(why.err()?)))));
        let mut held = BTreeMap::new();
        let mut fetched = Vec::new();
        for record in records {
            if let Some(notice) = wanted.get(&record.id.id) {
                held.insert(record.id.clone(), facts_of(&record));
                fetched.push(Fetched {
                    occurred: occurred_of(notice.0),
                    notice: *notice,
                    record,
                });
            }
        }
        for (account, kept) in self.keep_copies(fetched).await {
            let held = held.remove(&account);
            facts.insert(account.id, kept.map(|()| held));
        }
        facts
    }
}

/// Says which fields of a record hold what they cannot: whoever may correct it hears of it nowhere else.
pub(crate) fn warn_of(record: &RecordId, unreadable: &[Unreadable]) {
    for field in unreadable {
        tracing::warn!(%record, why = %field, "what a field holds counts as no value");
    }
}

/// When the CRM says that it happened; of what it did not tell, when that was.
fn occurred_of(event: &Event) -> Timestamp {
    match &event.data {
        EventData::RecordNoticed { occurred, .. } => *occurred,
        _ => event.time,
    }
}

/// The latest that the CRM told of a record, of all that this batch has.
fn latest(named: &Named<'_>, record: &RecordId, event: &Event) -> Timestamp {
    let notices = named.get(record).into_iter().flatten();
    let latest = notices.map(|(event, _)| occurred_of(event)).max();
    latest.unwrap_or(event.time)
}

/// The records that were merged into one, by what the CRM told of it.
fn merged(named: &Named<'_>, record: &RecordId) -> BTreeSet<RecordId> {
    let notices = named.get(record).into_iter().flatten();
    let merged = notices.filter_map(|(event, _)| match &event.data {
        EventData::RecordNoticed {
            merge: Some(Merge::Of(gone)),
            ..
        } => Some(gone),
        _ => None,
    });
    merged.flatten().cloned().collect()
}
