//! Looks through whole CRMs for what no event told of: once everything, each hour what was changed, each night
//! whether all is kept as it is there. It goes on page by page, upon ticks, and keeps how far it has come.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Event, EventData, Indexes, Key,
    state::{RecordState, SweepCounts, SweepKind, SweepPart, SweepRun, SweepState},
};
use crm::{Matched, ObjectMapping, Record, RecordId, RecordKind};
use decisions::sweep::{self, Paged};
use engine::{
    Change, Clock, Crm, CrmError, CycleError, Failure, Listed, ListedPage, Listing, Reading, Round,
    TimeLeft, isolate,
};
use jiff::Timestamp;
use store::{Item, Store, Versioned, put_state};

use crate::{CrmSync, Named, Results, matching::AccountOf};

/// The kinds that are looked through, each after what it may belong to.
const KINDS: [RecordKind; 5] = [
    RecordKind::Account,
    RecordKind::Lead,
    RecordKind::Contact,
    RecordKind::Opportunity,
    RecordKind::Campaign,
];

impl<S: Store, C: Clock, R: Crm> CrmSync<S, C, R> {
    /// Begins the look that somebody asks for, and goes on with it.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn sweep_now(
        &self,
        asked: &Event,
        look: SweepKind,
        time_left: TimeLeft<'_>,
    ) -> Result<(), Failure> {
        let key = Key::crm_sweep();
        let read = self.table.store.get(std::slice::from_ref(&key)).await?;
        let before = read.iter().flatten().next().cloned();
        let before = before.map(Versioned::<SweepState>::read).transpose()?;
        let known = before.as_ref().map(|before| before.state.clone());
        let mut begun = known.unwrap_or_default();
        sweep::begin(&mut begun, look, &self.parts(), self.table.clock.now());
        if !self.mark(read, before.as_ref(), &begun).await? {
            return Err(Failure::everybody("another sweep was marked meanwhile"));
        }
        self.sweep(asked, time_left).await
    }

    /// Goes on with what is under way or due, as long as there is time. What fails now is tried again upon the
    /// next tick, from where it has come to.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn sweep(&self, tick: &Event, time_left: TimeLeft<'_>) -> Result<(), Failure> {
        loop {
            let now = self.table.clock.now();
            let key = Key::crm_sweep();
            let read = self.table.store.get(std::slice::from_ref(&key)).await?;
            let before = read.iter().flatten().next().cloned();
            let before = before.map(Versioned::<SweepState>::read).transpose()?;
            let known = before.as_ref().map(|before| before.state.clone());
            let next = sweep::next(&self.rules, &known.unwrap_or_default(), &self.parts(), now);
            let Some(state) = next else {
                return Ok(());
            };
            let Some(run) = state.runs.first() else {
                return Ok(());
            };
            let page = match self
                .look(run, sweep::changed_since(&state), tick, now)
                .await
            {
                Ok(page) => page,
                Err(why) => {
                    let (kind, records) = (run.kind.word(), run.counts.seen);
                    tracing::warn!(kind, records, %why, "the sweep goes on later");
                    return Ok(());
                }
            };
            let ended = state.ended.len();
            let after = sweep::gone_through(&self.rules, state, page, now);
            if !self.mark(read, before.as_ref(), &after).await? || !time_left() {
                return Ok(());
            }
            if after.ended.len() > ended || after.runs.is_empty() {
                tell(&after);
            }
        }
    }

    /// Keeps how far it has come, unless somebody else was at it meanwhile.
    async fn mark(
        &self,
        read: Vec<Option<Item>>,
        before: Option<&Versioned<SweepState>>,
        after: &SweepState,
    ) -> Result<bool, CycleError> {
        let key = Key::crm_sweep();
        let version = before.map(|before| before.version);
        self.table
            .change_read(std::slice::from_ref(&key), read, |found| {
                let found = found.into_iter().flatten().next();
                if found.as_ref().map(|it| it.version) != version {
                    return Ok(Round::Nothing(false));
                }
                let mark = put_state(key.clone(), after, before, Indexes::default());
                Ok(Round::writing(vec![mark], true))
            })
            .await
    }

    /// What there is to be looked through: what the model maps, accounts before what belongs to them.
    fn parts(&self) -> Vec<SweepPart> {
        let sources: BTreeSet<_> = self.rules.model.sources.keys().collect();
        let each = sources.into_iter().flat_map(|source| {
            KINDS.into_iter().map(|kind| SweepPart {
                source: source.clone(),
                kind,
                gone: false,
            })
        });
        each.filter(|part| self.mappings.get(&part.source, part.kind).is_some())
            .collect()
    }

    /// Goes through one page.
    async fn look(
        &self,
        run: &SweepRun,
        since: Timestamp,
        tick: &Event,
        now: Timestamp,
    ) -> Result<Paged, Failure> {
        let none = || Paged::default();
        let Some(part) = run.left.first() else {
            return Ok(none());
        };
        let mapping = self.mappings.get(&part.source, part.kind);
        let crm = self.crms.for_events(&part.source, std::iter::empty());
        // A later model may map less.
        let (Some(crm), Some(mapping)) = (crm, mapping) else {
            return Ok(none());
        };
        let accounts = self.mappings.get(&part.source, RecordKind::Account);
        let of_account = matches!(part.kind, RecordKind::Lead | RecordKind::Opportunity);
        let accounts = accounts.filter(|_| of_account);
        let after = run.after.as_deref();
        let page = match run.kind {
            SweepKind::Load => crm.list(mapping, accounts, Listing::Whole, after).await?,
            SweepKind::Recount if part.gone => {
                crm.list(mapping, None, Listing::Gone, after).await?
            }
            SweepKind::Recount | SweepKind::Revision => {
                crm.list(mapping, accounts, Listing::Versions, after)
                    .await?
            }
            SweepKind::Changes => crm.changed_since(mapping, since, after).await?,
        };
        let seen = page.records.len().try_into().unwrap_or(u64::MAX);
        let mut counts = SweepCounts {
            seen,
            missed: 0,
            unread: page.unnamed,
        };
        let next = page.next.clone();
        let results = match run.kind {
            SweepKind::Load => {
                self.load(crm, (mapping, accounts), run, page, (tick, now))
                    .await?
            }
            SweepKind::Changes | SweepKind::Recount | SweepKind::Revision => {
                let stale = self.stale(mapping, &page, part.gone).await?;
                let missed = stale
                    .iter()
                    .filter(|it| sweep::was_missed(it.modified, now));
                counts.missed = missed.count().try_into().unwrap_or(u64::MAX);
                let events = noticed(run, part, &stale, tick);
                let named = named(&events, now);
                let mut results = self.fetch(&part.source, part.kind, &named).await;
                if run.kind == SweepKind::Revision {
                    let fresh = page.records.into_iter();
                    let fresh: Vec<Listed> = fresh.filter(|it| !stale.contains(it)).collect();
                    let events = noticed(run, part, &fresh, tick);
                    results.extend(self.judge_anew(&events, now).await);
                }
                results
            }
        };
        counts.unread = counts.unread.saturating_add(unread(results)?);
        Ok(Paged { counts, next })
    }

    /// Keeps everything of a page.
    async fn load(
        &self,
        crm: &R,
        (mapping, accounts): (&ObjectMapping, Option<&ObjectMapping>),
        run: &SweepRun,
        page: ListedPage,
        (tick, now): (&Event, Timestamp),
    ) -> Result<Results, Failure> {
        let untold = page.records.iter().filter(|it| it.accounts.is_none());
        let untold: Vec<String> = untold.map(|it| it.id.clone()).collect();
        let mut known: AccountOf = match accounts {
            Some(accounts) => {
                let asked = isolate(&untold, async |ids: Vec<String>| {
                    crm.associated(mapping, accounts, &ids).await
                });
                let asked = asked.await.into_iter();
                asked.map(|(id, all)| (id, first_of(all))).collect()
            }
            None => AccountOf::new(),
        };
        let part = SweepPart {
            source: mapping.source.clone(),
            kind: mapping.kind,
            gone: false,
        };
        let events = noticed(run, &part, &page.records, tick);
        let (mut results, mut records) = (Results::new(), Vec::new());
        for listed in page.records {
            let id = RecordId::new(&mapping.source, mapping.kind, listed.id.clone());
            let (Ok(id), Some(reading)) = (id, listed.reading) else {
                continue;
            };
            if let Some(accounts) = listed.accounts {
                known.insert(listed.id, Ok(accounts.into_iter().next()));
            }
            match reading {
                Reading::Record { record, unreadable } => {
                    crate::fetch::warn_of(&id, &unreadable);
                    records.push(found_by(*record, run.began));
                }
                Reading::Missing => {}
                Reading::Broken(why) => drop(results.insert(id, Err(Failure::Itself(why)))),
            }
        }
        let named = named(&events, now);
        self.keep_read(crm, (mapping, known), records, &named, &mut results)
            .await;
        Ok(results)
    }

    /// Lets open records be judged anew by the model at hand.
    async fn judge_anew(&self, events: &[Event], now: Timestamp) -> Results {
        let about = events.iter();
        let about = about.filter_map(|event| Some((event.record.as_ref()?, event)));
        let (ids, events): (Vec<&RecordId>, Vec<&Event>) = about.unzip();
        let changes = ids.iter().zip(events).map(|(id, event)| {
            let anew = move |before: Option<&RecordState>, _: Option<&RecordState>| {
                sweep::judged_anew(&self.rules, before?, now)
            };
            self.copy_change(id, None, (event, now), anew)
        });
        let changes: Vec<Change<'_, ()>> = changes.collect();
        let judged = self.table.change_all(&changes).await.into_iter();
        let judged = judged.map(|judged| judged.map_err(Failure::from));
        ids.into_iter().cloned().zip(judged).collect()
    }

    /// The records of a page of which our copies are not what the CRM has: none is there, it is older, gone and
    /// there again, or under another account; or it is there and the record gone.
    async fn stale(
        &self,
        mapping: &ObjectMapping,
        page: &ListedPage,
        gone: bool,
    ) -> Result<Vec<Listed>, Failure> {
        let id = |listed: &Listed| RecordId::new(&mapping.source, mapping.kind, listed.id.as_str());
        let ids = page.records.iter().filter_map(|it| id(it).ok());
        let keys: Vec<Key> = ids.map(|id| Key::record(&id)).collect();
        let copies = self.copies(&keys).await?;
        let copies: BTreeMap<&str, &Record> =
            copies.iter().map(|it| (it.id.id.as_str(), it)).collect();
        let stale = page
            .records
            .iter()
            .filter(|listed| match copies.get(listed.id.as_str()) {
                None => !gone,
                Some(copy) if gone => !copy.archived,
                Some(copy) => {
                    copy.archived || copy.modified < listed.modified || moved(copy, listed)
                }
            });
        Ok(stale.cloned().collect())
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

fn first_of(accounts: Result<Vec<String>, CrmError>) -> Result<Option<String>, Failure> {
    accounts
        .map(|accounts| accounts.into_iter().next())
        .map_err(Failure::from)
}

/// A record that a load has found, which began then.
fn found_by(record: Record, began: Timestamp) -> Record {
    Record {
        found_at: sweep::was_there(record.created, began).then_some(began),
        ..record
    }
}

/// What tells of each record, as a webhook would have: upon the tick, and with many others.
fn noticed(run: &SweepRun, part: &SweepPart, records: &[Listed], tick: &Event) -> Vec<Event> {
    let each = records.iter().filter_map(|listed| {
        let record = RecordId::new(&part.source, part.kind, listed.id.as_str()).ok()?;
        let data = EventData::RecordNoticed {
            property: None,
            occurred: listed.modified,
            deleted: part.gone,
            merge: None,
            swept: Some(run.kind),
        };
        // Of the time at which the look began: what the CRM has not shown since then, it does not have.
        let mut event = Event::new(tick.id.clone(), run.began, &tick.revision, data);
        event.correlation = tick.correlation.clone();
        Some(event.about(record, 0).in_bulk())
    });
    each.collect()
}

fn named(events: &[Event], now: Timestamp) -> Named<'_> {
    let mut named = Named::new();
    for event in events {
        if let Some(record) = &event.record {
            named.insert(record.clone(), vec![(event, now)]);
        }
    }
    named
}

/// How many records could not be read.
///
/// # Errors
/// What keeps others from being read as well, or passes: then the page is gone through again.
fn unread(results: Results) -> Result<u64, Failure> {
    let mut count: u64 = 0;
    for (record, result) in results {
        match result {
            Ok(()) => {}
            Err(why @ (Failure::Itself(_) | Failure::Final(_))) => {
                tracing::warn!(%record, %why, "the sweep leaves a record out");
                count = count.saturating_add(1);
            }
            Err(why @ (Failure::Waits { .. } | Failure::Everybody { .. })) => return Err(why),
        }
    }
    Ok(count)
}

fn tell(state: &SweepState) {
    for ended in &state.ended {
        let (kind, seen, missed) = (ended.kind.word(), ended.counts.seen, ended.counts.missed);
        tracing::info!(kind, seen, missed, began = %ended.began, at = %ended.at, "the sweep has come to its end");
    }
}
