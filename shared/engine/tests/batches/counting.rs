use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use contracts::{
    DecisionDraft, Event, Function, Indexes, Key,
    state::{GateState, PoolState},
};
use crm::{PersonId, Value};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::Revision;
use store::{StoreError, put_state};

/// Counts every event it sees, whatever it saw before, under the name that the lead's title gives.
#[derive(Debug, Clone, Default)]
pub(super) struct Counting {
    /// How much it has to say of each, in bytes.
    pub(super) says: usize,
    /// Whether it counts a lead's later events elsewhere than its first.
    pub(super) moves: bool,
    /// The event about which it can say nothing, in the first step or in the second.
    pub(super) fails: Option<(contracts::EventId, Step)>,
    /// The event of which it forgets to say what it needs.
    pub(super) forgets: Option<contracts::EventId>,
    /// How often its first step was asked.
    pub(super) planned: Arc<AtomicUsize>,
    pub(super) revision: Revision,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Step {
    First,
    Second,
}

impl Counting {
    fn fail(&self, event: &Event, step: Step) -> Result<(), StoreError> {
        if self.fails == Some((event.id.clone(), step)) {
            return Err(StoreError::Refused("it makes no sense".to_owned()));
        }
        Ok(())
    }
}

impl Decider for Counting {
    type Plan = Key;

    fn function(&self) -> Function {
        Function::LeadRouting
    }

    fn revision(&self) -> &Revision {
        &self.revision
    }

    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        _: Timestamp,
    ) -> Result<Option<Planned<Key>>, StoreError> {
        self.planned.fetch_add(1, Ordering::Relaxed);
        self.fail(event, Step::First)?;
        let Some(Value::Text(name)) = facts.record.state.record.value("title") else {
            return Ok(None);
        };
        let again = self.moves && facts.has::<GateState>();
        let key = if again {
            Key::pool(&format!("{name} once more"))
        } else {
            Key::pool(name)
        };
        let forgets = self.forgets.as_ref() == Some(&event.id);
        let needs = if forgets {
            Vec::new()
        } else {
            vec![key.clone()]
        };
        Ok(Some(Planned { plan: key, needs }))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        key: Key,
        read: &Read,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        self.fail(event, Step::Second)?;
        let before = read.state::<PoolState>(&key)?;
        let mut pool = before.clone().map(|it| it.state).unwrap_or_default();
        let share = pool.members.entry(PersonId::new("count")).or_default();
        share.received += 1;
        let mut draft = DecisionDraft {
            outcome: format!("number {}", share.received),
            ..DecisionDraft::default()
        };
        if self.says > 0 {
            draft.facts.insert("said".to_owned(), "x".repeat(self.says));
        }
        let mut puts = vec![put_state(key, &pool, before.as_ref(), Indexes::default())];
        if self.moves {
            let gate = GateState {
                stage: "counted".to_owned(),
                since: now,
                turned_back: None,
                unknown: false,
                outside: false,
                held: None,
                rounds: None,
                undoing: None,
            };
            let before = facts.state::<GateState>()?;
            let key = Key::gate(facts.id());
            puts.push(put_state(key, &gate, before.as_ref(), Indexes::default()));
        }
        Ok(Some(Proposal { draft, puts }))
    }
}
