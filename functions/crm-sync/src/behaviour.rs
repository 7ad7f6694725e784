//! What people do outside the CRM is kept by who they are, and counted in the copies of their records.

use std::collections::BTreeSet;

use contracts::{
    BehaviourSeen, Event, Indexes, Key, Visitor,
    state::{BEHAVIOUR_KEPT, BehavioursState, RecordState},
};
use crm::{Record, RecordId, RecordKind};
use decisions::{
    behaviour::{counted, counts_of_accounts, known_as, with_record, with_seen},
    sync::with_behaviour,
};
use engine::{Clock, Crm, CycleError, Failure, Round};
use jiff::Timestamp;
use signatures::digest::hmac_sha256;
use store::{Check, Item, Put, Store, StoreError, Versioned, put_state};

use crate::{
    CrmSync, Notice,
    beside::{Became, Beside, Kept, Visitors},
};

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// By whom a record is known to whoever tells of behaviour; of an account, its people together.
    pub(crate) fn visitors(&self, record: &Record) -> Visitors {
        let model = &self.rules.model;
        if record.id.kind == RecordKind::Account {
            // Of whom nobody can be known nothing is counted: that is no zero.
            let by_mail = model.known_by.mail.is_some() && self.subject_key.is_some();
            let known = (by_mail || model.known_by.id.is_some()) && counts_of_accounts(model);
            let known = known && record.erased.is_none();
            return known
                .then(|| Visitor::of_record(&record.id))
                .into_iter()
                .collect();
        }
        let known = known_as(model, record);
        let hmac = |mail: &str| {
            let key = self.subject_key.as_ref()?;
            Visitor::of_mail(&hex::encode(hmac_sha256(key, &[mail.as_bytes()])))
        };
        let mail = known.mail.and_then(|mail| hmac(&mail));
        let id = known.id.and_then(|id| Visitor::of_id(&id));
        mail.into_iter().chain(id).collect()
    }

    /// Keeps that somebody has done something, once, and counts it for the records by which they are known, which it
    /// tells.
    pub(crate) async fn keep_behaviour(
        &self,
        seen: &BehaviourSeen,
        event: &Event,
        now: Timestamp,
    ) -> Result<BTreeSet<RecordId>, Failure> {
        let key = Key::behaviours(&seen.visitor);
        let keep = |found: Vec<Option<Item>>| {
            let before = one(found)?;
            let state = before.as_ref().map(|before| &before.state);
            let records = state.map(|it| it.records.clone()).unwrap_or_default();
            Ok::<_, CycleError>(match with_seen(state, seen, &event.id, now) {
                Some(state) => {
                    let put = put(key.clone(), &state, before.as_ref(), now);
                    Round::writing(vec![put], records)
                }
                None => Round::Nothing(records),
            })
        };
        let records = self.table.change(std::slice::from_ref(&key), keep).await?;
        for record in &records {
            self.count_behaviour(record, (event, now)).await?;
        }
        Ok(records)
    }

    /// Counts anew what the person of a record, or the people of an account, have done.
    pub(crate) async fn count_behaviour(
        &self,
        record: &RecordId,
        notice: Notice<'_>,
    ) -> Result<(), Failure> {
        let copies = self.copies(&[Key::record(record)]).await?;
        let Some(copy) = copies.into_iter().next() else {
            // Whoever keeps the first copy reads what was done before that.
            return Ok(());
        };
        let visitors = self.visitors(&copy);
        let of = visitors.clone();
        let count = move |before: Option<&RecordState>,
                          _: Option<&RecordState>,
                          kept: &Kept<'_>| {
            let before = before?;
            // Who it is has changed meanwhile: whoever kept that copy has counted.
            let same = !before.record.archived && self.visitors(&before.record) == of;
            let kind = before.record.id.kind;
            let counted = || counted(&self.rules.model, kind, kept.done.iter().copied(), notice.1);
            let behaviour = (!of.is_empty()).then(counted).flatten();
            same.then(|| with_behaviour(&self.rules.model, before, behaviour))
                .flatten()
        };
        let beside = Beside {
            visitors,
            ..Beside::default()
        };
        let change = [self.copy_change_of(record, beside, notice, count)];
        let counted = self.table.change_all(&change).await.into_iter();
        counted.collect::<Result<Vec<Became>, CycleError>>()?;
        Ok(())
    }

    /// Forgets what the person of a record has done, and that the record is theirs.
    pub(crate) async fn forget_behaviour(
        &self,
        record: &Record,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for visitor in self.visitors(record) {
            let key = Key::behaviours(&visitor);
            let empty = |found: Vec<Option<Item>>| {
                let before = one(found)?;
                let kept = before
                    .as_ref()
                    .filter(|it| it.state != BehavioursState::default());
                Ok::<_, CycleError>(match kept {
                    Some(kept) => {
                        let put = put(key.clone(), &BehavioursState::default(), Some(kept), now);
                        Round::writing(vec![put], ())
                    }
                    None => Round::Nothing(()),
                })
            };
            self.table.change(std::slice::from_ref(&key), empty).await?;
        }
        Ok(())
    }
}

/// What is written so that each of these visitors knows a record, and the checks that the others are as they were read.
pub(crate) fn known_by(
    record: &RecordId,
    visitors: &[Visitor],
    done: &[Option<Versioned<BehavioursState>>],
) -> (Vec<Put>, Vec<Check>) {
    let (mut puts, mut checks) = (Vec::new(), Vec::new());
    for (visitor, before) in visitors.iter().zip(done) {
        let key = Key::behaviours(visitor);
        let state = before.as_ref().map(|before| &before.state);
        match (with_record(state, record), before) {
            (Some(state), before) => {
                puts.push(put_state(key, &state, before.as_ref(), Indexes::default()));
            }
            (None, Some(before)) => checks.push(Check {
                key,
                version: before.version,
            }),
            (None, None) => {}
        }
    }
    (puts, checks)
}

/// A round that writes these besides.
pub(crate) fn with_puts<T>(mut round: Round<T>, puts: Vec<Put>) -> Round<T> {
    if let Round::Commit { transaction, .. } = &mut round {
        transaction.puts.extend(puts);
    }
    round
}

/// The write of what a visitor has done. Of whom no record is known it expires.
pub(crate) fn put(
    key: Key,
    state: &BehavioursState,
    before: Option<&Versioned<BehavioursState>>,
    now: Timestamp,
) -> Put {
    let mut put = put_state(key, state, before, Indexes::default());
    if state.records.is_empty() {
        put.expires = now.checked_add(BEHAVIOUR_KEPT).ok();
    }
    put
}

fn one(found: Vec<Option<Item>>) -> Result<Option<Versioned<BehavioursState>>, StoreError> {
    let item = found.into_iter().flatten().next();
    item.map(Versioned::read).transpose()
}
