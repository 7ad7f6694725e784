//! Opens and closes deviations as records change and as time passes. The instant at which a
//! deviation can open by time alone is kept beside the state, in the index that the tick reads.

use contracts::{Event, EventData, Function, Indexes, Keeper, Key, shard_of};
use decisions::{Rules, Standing, deviations::watch};
use jiff::Timestamp;
use model::Revision;
use store::{Decider, Item, Proposal, RecordFacts, StoreError, put_state};

/// Watches for the deviations of these rules.
#[derive(Debug)]
pub struct Watcher(Rules);

impl Watcher {
    /// Watches for the deviations of these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }
}

impl Decider for Watcher {
    fn function(&self) -> Function {
        Function::DeviationWatch
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
        if let EventData::DeadlineDue { keeper, .. } = event.data
            && keeper != Keeper::Deviations
        {
            return Ok(None);
        }
        let record = &facts.record.state.record;
        let gate = facts.gate.as_ref().map(|gate| &gate.state);
        let before = facts.deviations.as_ref().map(|it| &it.state);
        let standing = Standing {
            clocks: facts.clocks.as_ref().map(|it| &it.state.clocks),
            routing: facts.routing.as_ref().map(|it| it.state.status),
        };
        let Some(watched) = watch(&self.0, record, gate, standing, before, now) else {
            return Ok(None);
        };
        let state = &watched.deviations;
        let owner = record.owner().filter(|_| !state.open.is_empty());
        let indexes = Indexes {
            due: state.next.map(|due| (shard_of(facts.id()), due)),
            person: owner.map(ToString::to_string),
            ..Indexes::default()
        };
        let put = put_state(
            Key::deviations(facts.id()),
            state,
            facts.deviations.as_ref(),
            indexes,
        )?;
        Ok(Some(Proposal {
            draft: watched.draft,
            puts: vec![put],
        }))
    }
}
