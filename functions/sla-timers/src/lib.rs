//! Runs the clocks: starts, meets and cancels them as events say, warns and escalates as deadlines
//! fall due, and looks once a minute for what is due. A deadline is written in the same
//! transaction as the clock it belongs to, so it cannot be lost.

mod tick;

use contracts::{Event, EventData, Function, Indexes, Keeper, Key, shard_of, state::ClocksState};
use decisions::{
    Facts, Rules,
    clocks::{self, Clocked},
};
use jiff::Timestamp;
use lambda_shell::{Failure, Handler};
use operating_model::Revision;
use store::{Decider, Item, Proposal, RecordFacts, Store, StoreError, put_state, run_cycle};

pub use tick::{Publisher, tick};

/// The function, over any store and bus.
#[derive(Debug)]
pub struct SlaTimers<S, P> {
    store: S,
    bus: P,
    timekeeper: Timekeeper,
}

impl<S: Store, P: Publisher> SlaTimers<S, P> {
    /// Runs clocks by these rules.
    #[must_use]
    pub const fn new(store: S, bus: P, rules: Rules) -> Self {
        Self {
            store,
            bus,
            timekeeper: Timekeeper(rules),
        }
    }
}

impl<S: Store, P: Publisher> Handler for SlaTimers<S, P> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        if let EventData::Tick { at } = event.data {
            let revision = &self.timekeeper.0.model.revision;
            return tick(&self.store, &self.bus, event, revision, at).await;
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
    fn clocked(&self, facts: &RecordFacts, event: &Event, now: Timestamp) -> Option<Clocked> {
        let record = &facts.record.state.record;
        let before = facts.clocks.as_ref().map(|clocks| &clocks.state);
        match &event.data {
            EventData::LeadRouted { owner, .. } => {
                // The owner may have changed again since; the latest routing starts the clock.
                let routing = facts.routing.as_ref().map(|routing| &routing.state);
                let latest = routing.and_then(|routing| routing.owner.as_ref());
                let owner = latest.unwrap_or(owner);
                clocks::start(&self.0, record, before, owner, event.time)
            }
            EventData::RecordChanged { contact, .. } => {
                if !Facts::of(&self.0, record, now).is_open() {
                    return clocks::cancel(before, "the record is closed", now);
                }
                let contact = contact.as_ref()?;
                clocks::meet(&self.0, record.id.kind, before, contact)
            }
            EventData::DeadlineDue {
                keeper: Keeper::Clocks,
                at,
                ..
            } => clocks::fire(&self.0, before, *at),
            _ => None,
        }
    }
}

impl Decider for Timekeeper {
    fn function(&self) -> Function {
        Function::SlaTimers
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        _also: &[Option<Item>],
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let Some(clocked) = self.clocked(facts, event, now) else {
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
