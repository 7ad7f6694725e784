use std::collections::{BTreeMap, BTreeSet};

use contracts::Event;
use crm::{AccountFacts, ObjectMapping, Record, RecordId, RecordKind};
use jiff::Timestamp;
use lambda_shell::Failure;
use store::Store;

use crate::{CrmSync, Named, crm_port::Crm, ids};

impl<S: Store, C: Crm> CrmSync<S, C> {
    /// Fetches the records of one kind, and says of each what became of it.
    pub(crate) async fn fetch(
        &self,
        source: &str,
        kind: RecordKind,
        named: &Named<'_>,
        now: Timestamp,
    ) -> BTreeMap<RecordId, Result<(), Failure>> {
        match self.fetch_all(source, kind, named, now).await {
            Ok(results) => results,
            Err(failure) => {
                let failed = |record: &RecordId| (record.clone(), Err(failure.clone()));
                named.keys().map(failed).collect()
            }
        }
    }

    async fn fetch_all(
        &self,
        source: &str,
        kind: RecordKind,
        named: &Named<'_>,
        now: Timestamp,
    ) -> Result<BTreeMap<RecordId, Result<(), Failure>>, Failure> {
        let mapping = self.model.object_mapping(source, kind).ok_or_else(|| {
            Failure::Final(format!(
                "the model maps no {kind} of {source}: fix technology.yaml"
            ))
        })?;
        let mut read = self.crm.batch_read(&mapping, &ids(named)).await?;
        for (record, unreadable) in &read.unreadable {
            tracing::warn!(%record, field = unreadable.field, "the value does not fit the field's type; it counts as no value");
        }
        let mut results = BTreeMap::new();
        for broken in &read.broken {
            let id = broken.id.clone().unwrap_or_default();
            if let Ok(record) = RecordId::new(kind, id) {
                results.insert(record, Err(Failure::Final(broken.why.to_string())));
            }
        }
        self.attach_accounts(source, &mapping, &mut read.records, named, now)
            .await?;
        for record in read.records {
            let id = record.id.clone();
            if let Some(event) = first(named, &id) {
                let kept = self.keep_copy(record, event, now).await;
                results.insert(id, kept);
            }
        }
        for id in read.missing {
            let Ok(record) = RecordId::new(kind, id) else {
                continue;
            };
            if let Some(event) = first(named, &record) {
                let kept = self.archive_copy(&record, event, now).await;
                results.insert(record, kept);
            }
        }
        Ok(results)
    }

    /// Fetches the accounts of leads and opportunities, keeps copies of them, and puts what they
    /// hold beside each record, so that a decision needs one query.
    async fn attach_accounts(
        &self,
        source: &str,
        mapping: &ObjectMapping,
        records: &mut [Record],
        named: &Named<'_>,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let has_account = matches!(mapping.kind, RecordKind::Lead | RecordKind::Opportunity);
        let accounts = self.model.object_mapping(source, RecordKind::Account);
        let (true, Some(accounts), false) = (has_account, accounts, records.is_empty()) else {
            return Ok(());
        };
        let ids: Vec<String> = records.iter().map(|record| record.id.id.clone()).collect();
        let of = self
            .crm
            .associated(&mapping.object, &accounts.object, &ids)
            .await?;
        let primary = |id: &str| of.get(id).and_then(|accounts| accounts.first());
        let wanted: BTreeSet<&String> = ids.iter().filter_map(|id| primary(id)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<String> = wanted.into_iter().cloned().collect();
        let read = self.crm.batch_read(&accounts, &wanted).await?;
        let mut facts = BTreeMap::new();
        for account in read.records {
            let held = AccountFacts {
                id: account.id.clone(),
                fields: account.fields.clone(),
            };
            facts.insert(account.id.id.clone(), held);
            if let Some(event) = named.values().flatten().next() {
                self.keep_copy(account, event, now).await?;
            }
        }
        for record in records {
            let account = primary(&record.id.id).and_then(|id| facts.get(id));
            record.account = account.cloned();
        }
        Ok(())
    }
}

/// The event that first named a record: its chain is the one that the copy belongs to.
fn first<'a>(named: &Named<'a>, record: &RecordId) -> Option<&'a Event> {
    named.get(record).and_then(|events| events.first()).copied()
}
