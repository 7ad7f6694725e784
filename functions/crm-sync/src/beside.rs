//! What is read and written beside the copy of a record, in its transaction.

use std::collections::BTreeMap;

use contracts::{
    Indexes, Key, Visitor,
    state::{BehavioursState, LatestState},
};
use crm::{Latest, Record, RecordId, RecordKind};
use decisions::latest::{asked, expires, kept_at, of_others, with_record};
use engine::{Clock, Crm};
use jiff::Timestamp;
use model::OperatingModel;
use store::{Put, Store, StoreError, Versioned, put_state};

use crate::CrmSync;

/// By whom a record is known.
pub(crate) type Visitors = Vec<Visitor>;

/// What is read beside the copy of a record.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    /// The copy of its account.
    pub(crate) account: Option<Key>,
    /// What they have done by whom it is known.
    pub(crate) visitors: Visitors,
    /// Whose the leads of its domain were last: of the one that it has now, and of the one that it had.
    pub(crate) domains: Vec<Key>,
}

/// What became of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Became {
    /// It is as it is to be.
    Kept,
    /// It is as it was: the record has come under another domain since that was read, which has to be read as well.
    Elsewhere,
}

/// Under which domains records are known, by our copies.
pub(crate) type DomainsOf = BTreeMap<RecordId, Key>;

/// What was read of that.
pub(crate) struct Kept<'a> {
    /// What those have done of whom anything is kept.
    pub(crate) done: Vec<&'a BehavioursState>,
    /// Whose the leads of each domain were last.
    domains: BTreeMap<&'a Key, &'a LatestState>,
}

impl<'a> Kept<'a> {
    pub(crate) fn of(
        done: &'a [Option<Versioned<BehavioursState>>],
        (domains, read): (&'a [Key], &'a [Option<Versioned<LatestState>>]),
    ) -> Self {
        let read = domains.iter().zip(read);
        Self {
            done: done.iter().flatten().map(|it| &it.state).collect(),
            domains: read
                .filter_map(|(key, it)| Some((key, &it.as_ref()?.state)))
                .collect(),
        }
    }

    /// Whose other leads of a lead's domain were last.
    pub(crate) fn of_others(
        &self,
        model: &OperatingModel,
        record: &Record,
        now: Timestamp,
    ) -> BTreeMap<String, Latest> {
        let at = kept_at(model, record);
        let kept = at.and_then(|at| self.domains.get(&at).copied());
        of_others(model, record, kept, now)
    }
}

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Under which domains our copies of these records are; of nothing if the model does not ask.
    pub(crate) async fn domains_before(&self, ids: &[RecordId]) -> Result<DomainsOf, StoreError> {
        let model = &self.rules.model;
        if !asked(model) {
            return Ok(DomainsOf::new());
        }
        let leads = ids.iter().filter(|it| it.kind == RecordKind::Lead);
        let keys: Vec<Key> = leads.map(Key::record).collect();
        let copies = self.copies(&keys).await?.into_iter();
        let known = copies.filter_map(|copy| Some((copy.id.clone(), kept_at(model, &copy)?)));
        Ok(known.collect())
    }

    /// Where it is kept whose the leads of a record's domain were last, and of the one that it had before.
    pub(crate) fn domains_of(&self, record: &Record, before: Option<&Key>) -> Vec<Key> {
        let now = kept_at(&self.rules.model, record);
        let before = before.filter(|it| now.as_ref() != Some(*it)).cloned();
        now.into_iter().chain(before).collect()
    }

    /// What is to be kept of these domains after a copy is as it is now; none if it was under another domain by then, which
    /// is not among them.
    pub(crate) fn latest_of(
        &self,
        (domains, read): (&[Key], &[Option<Versioned<LatestState>>]),
        (before, after): (Option<&Record>, Option<&Record>),
        now: Timestamp,
    ) -> Option<Vec<Put>> {
        let model = &self.rules.model;
        let Some(after) = after else {
            return Some(Vec::new());
        };
        let was = before.filter(|before| !before.archived);
        let was = was.and_then(|before| kept_at(model, before));
        let leaves = |was: &Key| after.archived || kept_at(model, after).as_ref() != Some(was);
        if was.is_some_and(|was| leaves(&was) && !domains.contains(&was)) {
            return None;
        }
        let read = domains.iter().zip(read);
        let puts = read.filter_map(|(key, kept)| {
            let state = kept.as_ref().map(|it| &it.state);
            let state = with_record(model, state, (key, before, after), now)?;
            let mut put = put_state(key.clone(), &state, kept.as_ref(), Indexes::default());
            put.expires = expires(model, &state).or(Some(now));
            Some(put)
        });
        Some(puts.collect())
    }
}
