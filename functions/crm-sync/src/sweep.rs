//! Looks through whole CRMs for what no event told of: once everything, each hour what was changed, each night
//! whether all is kept as it is there. It goes on page by page, upon ticks, and keeps how far it has come.

use std::collections::BTreeSet;

use contracts::{
    Event, EventData, Indexes, Key,
    state::{
        RecordState, SweepCounts, SweepEnded, SweepKind, SweepPart, SweepRun, SweepState, Swept,
    },
};
use crm::{ObjectMapping, RecordId, RecordKind};
use decisions::sweep::{self, Paged};
use engine::{
    Change, Clock, Crm, CrmError, CycleError, Failure, Listed, ListedPage, Listing, Reading, Round,
    TimeLeft, isolate,
};
use jiff::Timestamp;
use store::{Item, Store, StoreError, Versioned, put_state};

use crate::{CrmSync, Named, Results, beside::Became, matching::AccountOf};

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
        let Known {
            read,
            before,
            state,
        } = self.known().await?;
        let begun = sweep::asked(&state, look, &self.parts(), self.table.clock.now());
        if !self.mark(read, before.as_ref(), &begun).await? {
            return Err(Failure::everybody("another sweep was marked meanwhile"));
        }
        self.sweep(asked, time_left).await
    }

    /// Goes on with what is under way or due, as long as there is time. What fails now is tried again upon the
    /// next tick, from where it has come to; other looks go on meanwhile.
    ///
    /// # Errors
    /// If the table does not answer.
    pub(crate) async fn sweep(&self, tick: &Event, time_left: TimeLeft<'_>) -> Result<(), Failure> {
        let mut stuck: BTreeSet<SweepKind> = BTreeSet::new();
        loop {
            let now = self.table.clock.now();
            let Known {
                read,
                before,
                state,
            } = self.known().await?;
            let next = sweep::next(&self.rules, &state, &self.parts(), now);
            let Some(state) = next else {
                return Ok(());
            };
            let goes_on = |run: &&SweepRun| !stuck.contains(&run.kind);
            let Some(run) = state.runs.iter().find(goes_on) else {
                return Ok(());
            };
            let kind = run.kind;
            let after = match self.look(run, &state, tick, now).await {
                Ok(page) => sweep::gone_through(&self.rules, state, (kind, page), now),
                Err(why) => {
                    let records = run.counts.seen;
                    tracing::warn!(look = kind.word(), records, %why, "the sweep goes on later");
                    stuck.insert(kind);
                    sweep::failed(state, kind, why.to_string())
                }
            };
            if !self.mark(read, before.as_ref(), &after).await? {
                return Ok(());
            }
            if let Some(ended) = after
                .ended
                .iter()
                .find(|it| it.kind == kind && it.at == now)
            {
                tell(ended);
            }
            if !time_left() {
                return Ok(());
            }
        }
    }

    /// How far it has come.
    pub(crate) async fn known(&self) -> Result<Known, StoreError> {
        let read = self.table.store.get(&[Key::crm_sweep()]).await?;
        let before = read.iter().flatten().next().cloned();
        let before = before.map(Versioned::<SweepState>::read).transpose()?;
        let state = before.as_ref().map(|before| before.state.clone());
        Ok(Known {
            state: state.unwrap_or_default(),
            read,
            before,
        })
    }

    /// Keeps how far it has come, unless somebody else was at it meanwhile.
    pub(crate) async fn mark(
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
                after: None,
            })
        });
        each.filter(|part| self.mappings.get(&part.source, part.kind).is_some())
            .collect()
    }

    /// Goes through one page.
    async fn look(
        &self,
        run: &SweepRun,
        state: &SweepState,
        tick: &Event,
        now: Timestamp,
    ) -> Result<Paged, Failure> {
        let none = Paged::default;
        let Some(part) = run.left.first() else {
            return Ok(none());
        };
        let mapping = self.mappings.get(&part.source, part.kind);
        let crm = self.crms.for_events(&part.source, std::iter::empty());
        // A later model may map less.
        let (Some(crm), Some(mapping)) = (crm, mapping) else {
            return Ok(none());
        };
        let page = self.listed(crm, (mapping, part), run.kind, state).await?;
        let loaded = sweep::loaded_at(state, part).unwrap_or(run.began);
        let noticing = Noticing {
            swept: Swept {
                look: run.kind,
                loaded,
            },
            began: run.began,
            part,
            tick,
        };
        let next = page.next.clone();
        let mut counts = SweepCounts {
            seen: count(page.records.len()),
            missed: 0,
            unread: page.unnamed,
        };
        let results = match run.kind {
            SweepKind::Load => self.load(crm, mapping, &noticing, (page, now)).await?,
            _ => {
                let stale = self.stale(mapping, &page, part.gone).await?;
                let events = noticing.events(stale.iter().map(|(listed, _)| listed));
                let named = named(&events, now);
                let mut results = self.fetch(&part.source, part.kind, &named).await;
                counts.missed = self.missed(mapping, &stale, now).await?;
                if run.kind == SweepKind::Revision {
                    let events = noticing.events(page.records.iter());
                    results.extend(self.judge_anew(&events, (run.began, now)).await);
                }
                results
            }
        };
        counts.unread = counts.unread.saturating_add(unread(results)?);
        Ok(Paged { counts, next })
    }

    /// The page that comes next.
    async fn listed(
        &self,
        crm: &R,
        (mapping, part): (&ObjectMapping, &SweepPart),
        kind: SweepKind,
        state: &SweepState,
    ) -> Result<ListedPage, Failure> {
        let accounts = self.accounts_of(mapping);
        let after = part.after.as_deref();
        Ok(match kind {
            SweepKind::Load => crm.list(mapping, accounts, Listing::Whole, after).await?,
            SweepKind::Recount if part.gone => {
                crm.list(mapping, None, Listing::Gone, after).await?
            }
            SweepKind::Recount | SweepKind::Revision => {
                crm.list(mapping, accounts, Listing::Versions, after)
                    .await?
            }
            SweepKind::Changes => {
                let since = sweep::changed_since(state, part);
                crm.changed_since(mapping, since, after).await?
            }
        })
    }

    /// The accounts to which records of a kind belong, if they do.
    fn accounts_of(&self, mapping: &ObjectMapping) -> Option<&ObjectMapping> {
        let belong = matches!(mapping.kind, RecordKind::Lead | RecordKind::Opportunity);
        let accounts = self.mappings.get(&mapping.source, RecordKind::Account);
        accounts.filter(|_| belong)
    }

    /// Keeps everything of a page.
    async fn load(
        &self,
        crm: &R,
        mapping: &ObjectMapping,
        noticing: &Noticing<'_>,
        (page, now): (ListedPage, Timestamp),
    ) -> Result<Results, Failure> {
        let untold = page.records.iter().filter(|it| it.accounts.is_none());
        let untold: Vec<String> = untold.map(|it| it.id.clone()).collect();
        let mut known = AccountOf::new();
        if let Some(accounts) = self.accounts_of(mapping) {
            let asked = isolate(&untold, async |ids: Vec<String>| {
                crm.associated(mapping, accounts, &ids).await
            });
            let asked = asked.await.into_iter();
            known.extend(asked.map(|(id, all)| (id, first_of(all))));
        }
        let events = noticing.events(page.records.iter());
        let (mut results, mut records) = (Results::new(), Vec::new());
        let mut unread = crate::drift::Unread::new();
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
                    unread.push((id, unreadable));
                    records.push(*record);
                }
                Reading::Missing => {}
                Reading::Broken(why) => drop(results.insert(id, Err(Failure::Itself(why)))),
            }
        }
        let named = named(&events, now);
        self.keep_read(crm, (mapping, known), records, &named, &mut results)
            .await;
        self.tell_drift(mapping, &unread, &named, &mut results)
            .await;
        Ok(results)
    }

    /// Lets open records be judged anew by the model at hand.
    async fn judge_anew(&self, events: &[Event], (began, now): (Timestamp, Timestamp)) -> Results {
        let about = events.iter();
        let about = about.filter_map(|event| Some((event.record.as_ref()?, event)));
        let (ids, events): (Vec<&RecordId>, Vec<&Event>) = about.unzip();
        let changes = ids.iter().zip(events).map(|(id, event)| {
            let anew = move |before: Option<&RecordState>, _: Option<&RecordState>| {
                sweep::judged_anew(&self.rules, before?, (began, now))
            };
            self.copy_change(id, None, (event, now), anew)
        });
        let changes: Vec<Change<'_, Became>> = changes.collect();
        let judged = self.table.change_all(&changes).await.into_iter();
        let judged = judged.map(|judged| judged.map(|_| ()).map_err(Failure::from));
        ids.into_iter().cloned().zip(judged).collect()
    }
}

/// How far the sweep has come, and the item that says so.
pub(crate) struct Known {
    pub(crate) read: Vec<Option<Item>>,
    pub(crate) before: Option<Versioned<SweepState>>,
    pub(crate) state: SweepState,
}

/// How records of a page are told of, as a webhook would have: upon the tick, and with many others.
struct Noticing<'a> {
    swept: Swept,
    began: Timestamp,
    part: &'a SweepPart,
    tick: &'a Event,
}

impl Noticing<'_> {
    fn events<'l>(&self, records: impl Iterator<Item = &'l Listed>) -> Vec<Event> {
        let each = records.filter_map(|listed| {
            let part = self.part;
            let record = RecordId::new(&part.source, part.kind, listed.id.as_str()).ok()?;
            // A list that shows a record shows that it was there after it began, whenever it was changed.
            let occurred = match part.gone {
                true => listed.modified,
                false => listed.modified.max(self.began),
            };
            let data = EventData::RecordNoticed {
                property: None,
                occurred,
                deleted: part.gone,
                merge: None,
                swept: Some(self.swept),
                erasure: None,
            };
            // What belongs to it, and was made as lately, may not be shown yet.
            let time = listed.modified.max(self.began);
            let mut event = Event::new(self.tick.id.clone(), time, &self.tick.revision, data);
            event.correlation = self.tick.correlation.clone();
            Some(event.about(record, 0).in_bulk())
        });
        each.collect()
    }
}

fn first_of(accounts: Result<Vec<String>, CrmError>) -> Result<Option<String>, Failure> {
    accounts
        .map(|accounts| accounts.into_iter().next())
        .map_err(Failure::from)
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

fn tell(ended: &SweepEnded) {
    let (look, seen, missed) = (ended.kind.word(), ended.counts.seen, ended.counts.missed);
    tracing::info!(look, seen, missed, began = %ended.began, "the sweep has come to its end");
}

fn count(length: usize) -> u64 {
    length.try_into().unwrap_or(u64::MAX)
}
