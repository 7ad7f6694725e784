//! What the person of a lead has done counts for the account of the lead as well, as long as it is under that.

use std::collections::BTreeSet;

use contracts::{
    BehaviourSeen, Event, Key, Visitor,
    state::{BehavioursState, RecordState},
};
use crm::{Record, RecordId, RecordKind};
use decisions::behaviour::{counts_of_accounts, with_lead};
use engine::{Clock, Crm, CycleError, Failure, Round};
use jiff::Timestamp;
use store::{Check, Item, Store, StoreError, Versioned};

use crate::{CrmSync, Notice, behaviour::put, beside::Visitors};

/// How often it is begun anew because the lead has changed meanwhile.
const TRIES: u32 = 5;

/// For whom a lead counts, by its copy and by what is kept of that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Stand {
    /// By whom it is known; nobody if it is gone or forgotten.
    visitors: Visitors,
    /// The account for which it counts.
    account: Option<RecordId>,
    /// Those for which it was counted so far.
    before: BTreeSet<RecordId>,
}

impl Stand {
    fn accounts(&self) -> BTreeSet<RecordId> {
        let now = self.account.iter().cloned();
        self.before.iter().cloned().chain(now).collect()
    }
}

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Keeps that somebody has done something, and counts it for whoever it is of and for their accounts.
    pub(crate) async fn behaved(
        &self,
        seen: &BehaviourSeen,
        event: &Event,
        now: Timestamp,
    ) -> Result<(), Failure> {
        for record in self.keep_behaviour(seen, event, now).await? {
            self.count_for_account(&record, (event, now)).await?;
        }
        Ok(())
    }

    /// Counts what the person of a lead has done for the account that it is under, and no more for one that it was
    /// under before. Whatever it comes to, it comes to the same when it is done again: whoever dies on the way leaves
    /// it to the message that comes again.
    pub(crate) async fn count_for_account(
        &self,
        lead: &RecordId,
        notice: Notice<'_>,
    ) -> Result<(), Failure> {
        if lead.kind != RecordKind::Lead || !counts_of_accounts(&self.rules.model) {
            return Ok(());
        }
        for _ in 0..TRIES {
            let stand = self.stand(lead).await?;
            let Some(counts) = self.shift(lead, &stand, notice.1).await? else {
                continue;
            };
            let accounts = stand.accounts();
            if !counts && stand.before.is_empty() {
                return Ok(());
            }
            for account in &accounts {
                self.count_behaviour(account, notice).await?;
            }
            return Ok(self.settle(lead, &stand, counts, notice.1).await?);
        }
        Err(CycleError::Outrun(TRIES).into())
    }

    /// How a lead stands by these items: its copy, and for which accounts it was counted.
    fn stand_of(&self, copy: Option<&Record>, counted: Option<&BehavioursState>) -> Stand {
        let there = copy.filter(|it| !it.archived && it.erased.is_none());
        let account = there.and_then(|it| it.account.as_ref());
        Stand {
            visitors: there.map(|it| self.visitors(it)).unwrap_or_default(),
            account: account.map(|account| account.id.clone()),
            before: counted.map(|it| it.records.clone()).unwrap_or_default(),
        }
    }

    async fn stand(&self, lead: &RecordId) -> Result<Stand, StoreError> {
        let found = self.table.store.get(&keys_of(lead)).await?;
        let (copy, counted, _) = split(found)?;
        let copy = copy.as_ref().map(|it| &it.state.record);
        Ok(self.stand_of(copy, counted.as_ref().map(|it| &it.state)))
    }

    /// Counts it for the account, and for none of those before; says whether there is anything that counts. None if the
    /// lead stands otherwise by now.
    async fn shift(
        &self,
        lead: &RecordId,
        stand: &Stand,
        now: Timestamp,
    ) -> Result<Option<bool>, CycleError> {
        let accounts: Vec<RecordId> = stand.accounts().into_iter().collect();
        let of_accounts = accounts.iter().map(Visitor::of_record);
        let visitors = stand.visitors.iter().cloned();
        let behaviours = visitors.chain(of_accounts);
        let keys: Vec<Key> = keys_of(lead)
            .into_iter()
            .chain(behaviours.map(|it| Key::behaviours(&it)))
            .collect();
        let shift = |found: Vec<Option<Item>>| {
            let (copy, counted, mut rest) = split(found)?;
            let known = copy.as_ref().map(|it| &it.state.record);
            let state = counted.as_ref().map(|it| &it.state);
            if self.stand_of(known, state) != *stand {
                return Ok(Round::Nothing(None));
            }
            let of_accounts = rest.split_off(stand.visitors.len());
            let mut checks: Vec<Check> = as_read(Key::record(lead), copy.as_ref())
                .into_iter()
                .collect();
            let visitors = stand.visitors.iter().map(Key::behaviours).zip(&rest);
            checks.extend(visitors.filter_map(|(key, it)| as_read(key, it.as_ref())));
            let done = rest.iter().flatten().map(|it| &it.state);
            let done: Vec<&BehavioursState> = done.collect();
            let counts = stand.account.is_some() && done.iter().any(|it| !it.seen.is_empty());
            let mut puts = Vec::new();
            for (account, before) in accounts.iter().zip(&of_accounts) {
                let theirs = match stand.account.as_ref() == Some(account) {
                    true => done.as_slice(),
                    false => &[],
                };
                let was = before.as_ref().map(|before| &before.state);
                let key = Key::behaviours(&Visitor::of_record(account));
                let state = with_lead(was, lead, theirs, now);
                puts.extend(state.map(|state| put(key, &state, before.as_ref(), now)));
            }
            let mut records = stand.before.clone();
            records.extend(stand.account.iter().filter(|_| counts).cloned());
            if records != stand.before {
                puts.push(self.counted_for(lead, (state, records), counted.as_ref(), now));
            }
            Ok::<_, CycleError>(match puts.is_empty() {
                true => Round::Nothing(Some(counts)),
                false => Round::writing(puts, Some(counts)).only_with(checks),
            })
        };
        self.table.change(&keys, shift).await
    }

    /// The accounts that it was under before are counted without it, and so need not be known any more.
    async fn settle(
        &self,
        lead: &RecordId,
        stand: &Stand,
        counts: bool,
        now: Timestamp,
    ) -> Result<(), CycleError> {
        let left = stand.account.iter().filter(|_| counts).cloned().collect();
        let settle = |found: Vec<Option<Item>>| {
            let (copy, counted, _) = split(found)?;
            let known = copy.as_ref().map(|it| &it.state.record);
            let state = counted.as_ref().map(|it| &it.state);
            let by_now = self.stand_of(known, state);
            let same = by_now.account == stand.account && by_now.visitors == stand.visitors;
            Ok::<_, CycleError>(match same && by_now.before != left {
                true => {
                    let put = self.counted_for(lead, (state, left.clone()), counted.as_ref(), now);
                    Round::writing(vec![put], ())
                        .only_with(as_read(Key::record(lead), copy.as_ref()))
                }
                false => Round::Nothing(()),
            })
        };
        self.table.change(&keys_of(lead), settle).await
    }

    /// The write of the accounts for which a lead is counted.
    fn counted_for(
        &self,
        lead: &RecordId,
        (state, records): (Option<&BehavioursState>, BTreeSet<RecordId>),
        before: Option<&Versioned<BehavioursState>>,
        now: Timestamp,
    ) -> store::Put {
        let state = BehavioursState {
            records,
            ..state.cloned().unwrap_or_default()
        };
        put(
            Key::behaviours(&Visitor::of_record(lead)),
            &state,
            before,
            now,
        )
    }
}

/// The copy of a lead, and for which accounts it is counted.
fn keys_of(lead: &RecordId) -> Vec<Key> {
    vec![
        Key::record(lead),
        Key::behaviours(&Visitor::of_record(lead)),
    ]
}

type Read = (
    Option<Versioned<RecordState>>,
    Option<Versioned<BehavioursState>>,
    Vec<Option<Versioned<BehavioursState>>>,
);

fn split(found: Vec<Option<Item>>) -> Result<Read, StoreError> {
    let mut found = found.into_iter();
    let copy = found.next().flatten().map(Versioned::read).transpose()?;
    let counted = found.next().flatten().map(Versioned::read).transpose()?;
    let rest = found.map(|it| it.map(Versioned::read).transpose());
    Ok((copy, counted, rest.collect::<Result<_, _>>()?))
}

/// That an item is as it was read.
fn as_read<T>(key: Key, read: Option<&Versioned<T>>) -> Option<Check> {
    let version = read?.version;
    Some(Check { key, version })
}
