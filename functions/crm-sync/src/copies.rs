use std::sync::Arc;

use contracts::{
    Cause, Event, EventData, Function, Indexes, Key, NOTICED, Subject, shard_of,
    state::{BehavioursState, LatestState, RecordState, Swept, owned_by},
};
use crm::{PersonId, Record, RecordId, RecordKind};
use decisions::{
    Facts, Rules,
    behaviour::counted,
    matching::{left_domain, meets_at},
    sweep::{found, told},
    sync::{Synced, archive, keep_newer, outline, without_personal, without_personal_facts},
};
use engine::{Change, Clock, Crm, CycleError, Failure, Recorded, Round};
use jiff::Timestamp;
use store::{Check, Item, ItemState, Store, StoreError, Versioned, put_own_state};

use crate::{
    CrmSync, Notice, Results,
    behaviour::{known_by, with_puts},
    beside::{Became, Beside, DomainsOf, Kept},
};

/// How often a record that has come under another domain meanwhile is begun anew.
const TRIES: u32 = 5;

/// A record as it was fetched, upon what the CRM told of at `occurred`.
pub(crate) struct Fetched<'a> {
    pub(crate) record: Record,
    pub(crate) occurred: Timestamp,
    pub(crate) notice: Notice<'a>,
}

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Keeps records that were fetched, each upon what the CRM told of it, if they are newer than our copies;
    /// as many in one transaction as it takes.
    pub(crate) async fn keep_copies(&self, fetched: Vec<Fetched<'_>>) -> Results {
        let mut results = Results::new();
        let mut left: Vec<&Fetched<'_>> = fetched.iter().collect();
        for _ in 0..TRIES {
            let ids = left.iter().map(|it| it.record.id.clone());
            let ids: Vec<RecordId> = ids.collect();
            let before = match self.domains_before(&ids).await {
                Ok(before) => before,
                Err(why) => {
                    let failed = |id| (id, Err(Failure::from(why.clone())));
                    results.extend(ids.into_iter().map(failed));
                    return results;
                }
            };
            let changes = left.iter().map(|it| self.keeping(it, &before));
            let changes: Vec<Change<'_, Became>> = changes.collect();
            let became = self.table.change_all(&changes).await;
            let mut again = Vec::new();
            for ((one, id), became) in left.into_iter().zip(ids).zip(became) {
                match became {
                    Ok(Became::Elsewhere) => again.push(one),
                    Ok(Became::Kept) => drop(results.insert(id, Ok(()))),
                    Err(why) => drop(results.insert(id, Err(why.into()))),
                }
            }
            left = again;
            if left.is_empty() {
                return results;
            }
        }
        let outrun = || Failure::from(CycleError::Outrun(TRIES));
        results.extend(left.iter().map(|it| (it.record.id.clone(), Err(outrun()))));
        results
    }

    fn keeping<'a>(&'a self, fetched: &'a Fetched<'a>, before: &DomainsOf) -> Change<'a, Became> {
        let &Fetched {
            ref record,
            occurred,
            notice,
        } = fetched;
        let id = record.id.clone();
        let visitors = self.visitors(record);
        let account = record.account.as_ref();
        let account = account.map(|account| Key::record(&account.id));
        let domains = self.domains_of(record, before.get(&id));
        let swept = swept(notice.0);
        let record = match swept {
            Some(swept) => found(record.clone(), swept, self.table.clock.now()),
            None => record.clone(),
        };
        let known = !visitors.is_empty();
        let keep =
            move |before: Option<&RecordState>, account: Option<&RecordState>, kept: &Kept<'_>| {
                let mut fetched = with_our_copy(record.clone(), account);
                let model = &self.rules.model;
                if known {
                    let done = kept.done.iter().copied();
                    fetched.behaviour = counted(model, fetched.id.kind, done, notice.1);
                }
                fetched.latest = kept.of_others(model, &fetched, notice.1);
                if before.is_some_and(|before| before.record.erased.is_some()) {
                    fetched = without_personal(fetched, model);
                }
                let forgotten = account.is_some_and(|account| account.record.erased.is_some());
                if let (Some(facts), true) = (&mut fetched.account, forgotten) {
                    without_personal_facts(facts, model);
                }
                keep_newer(before, fetched, occurred).map(|synced| told(synced, swept))
            };
        let beside = Beside {
            account,
            visitors,
            domains,
        };
        self.copy_change_of(&id, beside, notice, keep)
    }

    /// Marks our copy of a record that the CRM has no more, with the one `into` which it was merged. What we
    /// never kept needs no mark.
    pub(crate) async fn archive_copy(
        &self,
        id: &RecordId,
        into: Option<&RecordId>,
        (event, occurred): (&Event, Timestamp),
        now: Timestamp,
    ) -> Result<(), Failure> {
        let swept = swept(event);
        let gone = |before: Option<&RecordState>| {
            archive(before?, into, occurred).map(|synced| told(synced, swept))
        };
        self.commit_copy(id, (event, now), gone).await
    }

    /// Replaces our copy of a record by what `change` makes of it, which brings it under no other domain; again if somebody
    /// was faster.
    pub(crate) async fn commit_copy(
        &self,
        id: &RecordId,
        notice: Notice<'_>,
        change: impl Fn(Option<&RecordState>) -> Option<Synced> + Send + Sync,
    ) -> Result<(), Failure> {
        let change = &change;
        for _ in 0..TRIES {
            let before = self.domains_before(std::slice::from_ref(id)).await?;
            let beside = Beside {
                domains: before.into_values().collect(),
                ..Beside::default()
            };
            let change = move |before: Option<&RecordState>,
                               _: Option<&RecordState>,
                               _: &Kept<'_>| { change(before) };
            let change = [self.copy_change_of(id, beside, notice, change)];
            let became = self.table.change_all(&change).await.into_iter();
            let became: Vec<Became> = became.collect::<Result<_, CycleError>>()?;
            if !became.contains(&Became::Elsewhere) {
                return Ok(());
            }
        }
        Err(CycleError::Outrun(TRIES).into())
    }

    /// What replaces our copy of a record by what `change` makes of it and of our copy of its account.
    ///
    /// What is carried over from an account reaches the copies that are under it. So the first copy that
    /// is, is kept only if that of the account is still the one that was read.
    pub(crate) fn copy_change<'a>(
        &'a self,
        id: &RecordId,
        account: Option<Key>,
        notice: Notice<'a>,
        change: impl Fn(Option<&RecordState>, Option<&RecordState>) -> Option<Synced> + Send + Sync + 'a,
    ) -> Change<'a, Became> {
        let change = move |before: Option<&RecordState>,
                           account: Option<&RecordState>,
                           _: &Kept<'_>| { change(before, account) };
        let beside = Beside {
            account,
            ..Beside::default()
        };
        self.copy_change_of(id, beside, notice, change)
    }

    /// The same, made of what else is read beside it. The visitors know the record from then on, and the copy is
    /// kept only if that is still what they have done; of the domains it is kept whose the record is.
    pub(crate) fn copy_change_of<'a>(
        &'a self,
        id: &RecordId,
        beside: Beside,
        notice: Notice<'a>,
        change: impl Fn(Option<&RecordState>, Option<&RecordState>, &Kept<'_>) -> Option<Synced>
        + Send
        + Sync
        + 'a,
    ) -> Change<'a, Became> {
        let Beside {
            account,
            visitors,
            domains,
        } = beside;
        let (id, own) = (id.clone(), if account.is_some() { 2_usize } else { 1 });
        let keys = std::iter::once(Key::record(&id)).chain(account);
        let keys = keys.chain(visitors.iter().map(Key::behaviours));
        let keys: Vec<Key> = keys.chain(domains.iter().cloned()).collect();
        Change::of(keys, move |mut found: Vec<Option<Item>>| {
            let of_domains = found.split_off(own.saturating_add(visitors.len()));
            let of_domains: Vec<Option<Versioned<LatestState>>> = all(of_domains)?;
            let done: Vec<Option<Versioned<BehavioursState>>> = all(found.split_off(own))?;
            let [before, account] = two(found)?;
            let kept = Kept::of(&done, (&domains, &of_domains));
            let copy = before.as_ref().map(|before| &*before.state);
            let synced = change(copy, account.as_ref().map(|account| &*account.state), &kept);
            let (mut puts, checks) = match copy.is_some_and(|it| it.record.erased.is_some()) {
                true => Default::default(),
                false => known_by(&id, &visitors, &done),
            };
            let after = synced.as_ref().map(|synced| &synced.record).or(copy);
            let after = after.map(|after| &after.record);
            let read = (&domains[..], &of_domains[..]);
            let latest = self.latest_of(read, (copy.map(|it| &it.record), after), notice.1);
            let Some(latest) = latest else {
                return Ok(Round::Nothing(Became::Elsewhere));
            };
            puts.extend(latest);
            let Some(synced) = synced else {
                return Ok(match puts.is_empty() {
                    true => Round::Nothing(Became::Kept),
                    false => Round::writing(puts, Became::Kept),
                });
            };
            let as_it_was = account.and_then(|it| new_account(before.as_ref(), &it));
            let round = self.round(before.as_ref(), as_it_was, synced, notice);
            Ok(with_puts(round.only_with(checks), puts))
        })
    }

    fn round(
        &self,
        before: Option<&Versioned<Arc<RecordState>>>,
        account: Option<Check>,
        synced: Synced,
        (event, now): (&Event, Timestamp),
    ) -> Round<Became> {
        let id = synced.record.record.id.clone();
        let under = synced.record.record.account.as_ref();
        let indexes = Indexes {
            account: under
                .map(|account| account.id.to_string())
                .or_else(|| meets_at(&self.rules.model, &synced.record.record)),
            // By this the open records of somebody who leaves are found.
            person: open_owner(&self.rules, &synced.record.record, now).map(owned_by),
            due: due(&synced.record.record),
            ..Indexes::default()
        };
        let left = before.and_then(|before| {
            left_domain(
                &self.rules.model,
                &before.state.record,
                &synced.record.record,
            )
        });
        let outlined = |copy: &RecordState| outline(copy, &self.rules.model);
        let was = before.map(|before| outlined(&before.state));
        let is = outlined(&synced.record);
        let apart = was.as_ref().map(|was| was.apart(&is));
        let recorded = Recorded::of(was, is).by(apart);
        let sequence = synced.record.sequence;
        let put = put_own_state(Key::record(&id), synced.record, before, indexes);
        let round = Round::writing(vec![put], Became::Kept).recorded_as(Key::record(&id), recorded);
        let Some(mut draft) = synced.draft else {
            return round;
        };
        let is_watched = id.kind == RecordKind::Account && self.rules.model.watches(id.kind);
        for event in &mut draft.emits {
            if let EventData::RecordChanged {
                watched,
                left_domain,
                ..
            } = event
            {
                *watched |= is_watched;
                left_domain.clone_from(&left);
            }
        }
        // From here on it is counted how long a webhook takes to become an owner.
        if before.is_none() && swept(event).is_none() {
            let noticed = event.time.to_string();
            draft.facts.insert(NOTICED.to_owned(), noticed);
        }
        // The decision is upon this copy, whichever of several webhooks told of it first.
        let audit = draft.into_audit(
            Function::CrmSync,
            Subject::Record(id),
            &Cause::of(event).known_as(synced.event),
            sequence,
            &self.rules.model.revision,
            now,
        );
        let key = Key::audit(&audit.subject, &audit.decision);
        round
            .recorded(audit)
            .unless(key, Became::Kept)
            .only_with(account)
    }
}

fn all<T: ItemState>(found: Vec<Option<Item>>) -> Result<Vec<Option<Versioned<T>>>, StoreError> {
    let read = found.into_iter();
    read.map(|it| it.map(Versioned::read).transpose()).collect()
}

/// The copies of a record and of its account, where the table has them.
fn two(found: Vec<Option<Item>>) -> Result<[Option<Versioned<Arc<RecordState>>>; 2], StoreError> {
    let mut found = found.into_iter();
    let mut next = || {
        let item = found.next().flatten();
        item.map(Versioned::read_shared).transpose()
    };
    Ok([next()?, next()?])
}

/// That the copy of an account is still this one, for a record that was not under it `before`.
fn new_account(
    before: Option<&Versioned<Arc<RecordState>>>,
    account: &Versioned<Arc<RecordState>>,
) -> Option<Check> {
    let known = before.and_then(|before| before.state.record.account.as_ref());
    let id = &account.state.record.id;
    known.is_none_or(|known| known.id != *id).then(|| Check {
        key: Key::record(id),
        version: account.version,
    })
}

/// When something that its person, or one of its people, has done counts no longer.
fn due(record: &Record) -> Option<(String, Timestamp)> {
    let next = record.behaviour.as_ref()?.next?;
    (!record.archived).then(|| (shard_of(&record.id), next))
}

/// Whose a record is by the CRM, as long as it is open.
fn open_owner<'a>(rules: &Rules, record: &'a Record, now: Timestamp) -> Option<&'a PersonId> {
    let owner = record.owner()?;
    Facts::of(rules, record, now).is_open().then_some(owner)
}

/// A record with what our copy of its account says, if that is newer than what was fetched with it. What
/// belongs to the account is what that copy counts: it may have been counted anew meanwhile. So is what its people have done.
fn with_our_copy(mut record: Record, account: Option<&RecordState>) -> Record {
    if let (Some(facts), Some(copy)) = (&mut record.account, account) {
        facts.behaviour.clone_from(&copy.record.behaviour);
        if copy.record.modified > facts.modified {
            facts.modified = copy.record.modified;
            facts.fields.clone_from(&copy.record.fields);
        }
        facts.others = copy.record.others.clone().or_else(|| facts.others.take());
    }
    record
}

/// How an event was found by looking through the whole CRM, if no webhook told of it.
const fn swept(event: &Event) -> Option<Swept> {
    match &event.data {
        EventData::RecordNoticed { swept, .. } => *swept,
        _ => None,
    }
}
