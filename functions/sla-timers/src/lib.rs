//! Runs the clocks: starts, meets and cancels them as events say, warns and escalates as deadlines
//! fall due, and looks once a minute for what is due. Whoever is away has their clocks looked at
//! anew when that becomes known. A deadline is written in the same
//! transaction as the clock it belongs to, so it cannot be lost.

mod absence;
mod sweep;
mod tick;
mod walk;

use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{
    Event, EventData, Function, Indexes, Keeper, Key, shard_of,
    state::{AbsencesState, ClocksState},
};
use decisions::{
    Rules,
    clocks::{self, Clocked, Trigger},
    sync::LAST_REPLY,
};
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use model::Revision;
use store::{
    Decider, DueItem, Item, Proposal, RecordFacts, Store, StoreError, put_state, read_or_default,
    run_cycle,
};

use absence::absence_changed;
use tick::tick;
use walk::{AT_ONCE, Walk};

pub use tick::Publisher;

/// The function, over any store and bus.
#[derive(Debug)]
pub struct SlaTimers<S, P> {
    store: S,
    bus: P,
    timekeeper: Timekeeper,
    /// Whether this process knows that the running clocks have been looked at by its calendars.
    swept: AtomicBool,
    at_once: usize,
}

impl<S: Store, P: Publisher> SlaTimers<S, P> {
    /// Runs clocks by these rules.
    #[must_use]
    pub const fn new(store: S, bus: P, rules: Rules) -> Self {
        Self {
            store,
            bus,
            timekeeper: Timekeeper(rules),
            swept: AtomicBool::new(false),
            at_once: AT_ONCE,
        }
    }

    /// The same, sending on so many deadlines of a shard at a time (at least one).
    #[must_use]
    pub fn sending(mut self, at_once: usize) -> Self {
        self.at_once = at_once.max(1);
        self
    }

    fn walk<'a>(&'a self, cause: &'a Event, at: Timestamp, sweep: Option<&'a str>) -> Walk<'a> {
        Walk {
            cause,
            revision: &self.timekeeper.0.model.revision,
            at,
            at_once: self.at_once,
            sweep,
        }
    }

    async fn tick(&self, event: &Event, at: Timestamp) -> Result<(), Failure> {
        tick(&self.store, &self.bus, &self.walk(event, at, None)).await?;
        if !self.swept.load(Ordering::Relaxed) {
            let model = &self.timekeeper.0.model;
            let calendars = sweep::fingerprint(model)?;
            // Calendars that come back are another reason to look.
            let Revision { number, hash } = &model.revision;
            let reason = format!("{calendars} {number} {hash}");
            let walk = self.walk(event, at, Some(&reason));
            sweep::sweep(&self.store, &self.bus, &walk, &calendars).await?;
            self.swept.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Sends on the next deadlines of a shard.
    async fn go_on(&self, event: &Event) -> Result<(), Failure> {
        let EventData::DeadlinesContinued {
            at,
            shard,
            record,
            keeper,
            due,
            sweep,
        } = &event.data
        else {
            return Ok(());
        };
        let walk = self.walk(event, *at, sweep.as_deref());
        let key = match keeper {
            Keeper::Clocks => Key::clocks(record),
            Keeper::Deviations => Key::deviations(record),
        };
        let after = DueItem { key, due: *due };
        let part = walk.part(&self.store, shard, Some(&after)).await?;
        walk.send(&self.bus, part.items, part.rest).await
    }
}

impl<S: Store, P: Publisher> Handler for SlaTimers<S, P> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match &event.data {
            EventData::Tick { at } => return self.tick(event, *at).await,
            EventData::DeadlinesContinued { .. } => return self.go_on(event).await,
            EventData::AbsenceChanged { person, .. } => {
                let walk = self.walk(event, event.time, Some(event.id.as_str()));
                return absence_changed(&self.store, &self.bus, &walk, person).await;
            }
            _ => {}
        }
        run_cycle(&self.store, &self.timekeeper, event, now).await?;
        Ok(())
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.timekeeper.0.model.revision)
    }
}

#[derive(Debug)]
struct Timekeeper(Rules);

impl Timekeeper {
    fn clocked(
        &self,
        facts: &RecordFacts,
        absences: AbsencesState,
        event: &Event,
    ) -> Option<Clocked> {
        let before = facts.clocks.as_ref().map(|clocks| &clocks.state);
        let routing = facts.routing.as_ref().map(|routing| &routing.state);
        let trigger = match &event.data {
            EventData::LeadRouted { owner, .. } => Trigger::Routed {
                // The owner may have changed again since; the latest routing starts the clock.
                owner: routing
                    .and_then(|routing| routing.owner.as_ref())
                    .unwrap_or(owner),
                at: routing.map_or(event.time, |routing| routing.at.max(event.time)),
            },
            EventData::RecordChanged {
                contact,
                modified,
                changed,
                first,
            } => Trigger::Changed {
                modified: *modified,
                contact: contact.as_ref(),
                // What the customer wrote before we knew of the record is no news.
                replied: (!first && changed.iter().any(|it| it == LAST_REPLY))
                    .then_some(facts.record.state.record.last_reply)
                    .flatten(),
            },
            EventData::DeadlineDue {
                keeper: Keeper::Clocks,
                at,
                ..
            } => Trigger::Due { at: *at },
            _ => return None,
        };
        let record = &facts.record.state.record;
        let gate = facts.gate.as_ref().map(|gate| &gate.state);
        let rules = self.0.with_absences(absences);
        clocks::decide(&rules, record, gate, before, trigger)
    }
}

impl Decider for Timekeeper {
    fn function(&self) -> Function {
        Function::SlaTimers
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    /// Who is away, wherever a clock runs or may start.
    fn also_needs(&self, facts: &RecordFacts, event: &Event, _: Timestamp) -> Vec<Key> {
        let may_start = match &event.data {
            EventData::LeadRouted { .. } => true,
            EventData::RecordChanged { contact, .. } => {
                contact.is_some() || facts.record.state.record.last_reply.is_some()
            }
            _ => false,
        };
        let needs = facts.clocks.is_some() || may_start;
        needs.then(Key::absences).into_iter().collect()
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        also: &[Option<Item>],
        event: &Event,
        _: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let absences: AbsencesState = read_or_default(also.first())?;
        let Some(clocked) = self.clocked(facts, absences, event) else {
            return Ok(None);
        };
        let put = put_state(
            Key::clocks(facts.id()),
            &clocked.clocks,
            facts.clocks.as_ref(),
            indexes(facts, &clocked.clocks),
        )?;
        Ok(Some(Proposal {
            draft: clocked.draft,
            puts: vec![put],
        }))
    }
}

/// The next deadline, and whose open work it is.
fn indexes(facts: &RecordFacts, clocks: &ClocksState) -> Indexes {
    let open = clocks.clocks.values().find(|clock| clock.status.is_open());
    Indexes {
        due: clocks.next().map(|due| (shard_of(facts.id()), due)),
        person: open.map(|clock| clock.owner.to_string()),
        ..Indexes::default()
    }
}
