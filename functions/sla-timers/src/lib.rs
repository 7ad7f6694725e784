//! Runs the clocks: starts, meets and cancels them as events say, warns and escalates as deadlines
//! fall due, and looks once a minute for what is due. Whoever is away has their clocks looked at
//! anew when that becomes known. A deadline is written in the same
//! transaction as the clock it belongs to, so it cannot be lost.

mod absence;
mod sweep;
mod tick;

use std::sync::atomic::{AtomicBool, Ordering};

use contracts::{
    Event, EventData, Function, Indexes, Keeper, Key, shard_of,
    state::{AbsencesState, ClocksState},
};
use decisions::{
    Rules,
    clocks::{self, Clocked, Happening},
    sync::LAST_REPLY,
};
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use operating_model::Revision;
use store::{
    Decider, Item, Proposal, RecordFacts, Store, StoreError, put_state, read_or_default, run_cycle,
};

pub use absence::absence_changed;
pub use sweep::sweep;
pub use tick::{Publisher, tick};

/// The function, over any store and bus.
#[derive(Debug)]
pub struct SlaTimers<S, P> {
    store: S,
    bus: P,
    timekeeper: Timekeeper,
    /// Whether this process knows that the running clocks have been looked at by its calendars.
    swept: AtomicBool,
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
        }
    }

    async fn tick(&self, event: &Event, at: Timestamp) -> Result<(), Failure> {
        let model = &self.timekeeper.0.model;
        tick(&self.store, &self.bus, event, &model.revision, at).await?;
        if !self.swept.load(Ordering::Relaxed) {
            sweep(&self.store, &self.bus, event, model, at).await?;
            self.swept.store(true, Ordering::Relaxed);
        }
        Ok(())
    }
}

impl<S: Store, P: Publisher> Handler for SlaTimers<S, P> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match &event.data {
            EventData::Tick { at } => return self.tick(event, *at).await,
            EventData::AbsenceChanged { person, .. } => {
                let revision = &self.timekeeper.0.model.revision;
                return absence_changed(&self.store, &self.bus, event, person, revision).await;
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
        let happening = match &event.data {
            EventData::LeadRouted { owner, .. } => Happening::Routed {
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
            } => Happening::Changed {
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
            } => Happening::Due { at: *at },
            _ => return None,
        };
        let record = &facts.record.state.record;
        let gate = facts.gate.as_ref().map(|gate| &gate.state);
        let rules = self.0.with_absences(absences);
        clocks::decide(&rules, record, gate, before, happening)
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
