//! What people with a capacity have in hand, before and after a decision.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Indexes, Key,
    state::{LoadState, RoutingState},
};
use crm::{PersonId, Record};
use decisions::{
    Rules, Staffing,
    capacity::{Loads, counted},
    routing::hand_over,
};
use engine::{Read, RecordFacts};
use jiff::Timestamp;
use store::{Put, StoreError, Versioned, put_state};

/// Those with a capacity, beside the people of a pool, who may get a record or lose it; `named` may get it.
pub(crate) fn concerned(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    named: &[PersonId],
) -> BTreeSet<PersonId> {
    let owned = before.and_then(|before| before.owner.as_ref());
    let counts = before.and_then(|before| before.counted.as_ref());
    let shown = record.owner();
    let all = owned.into_iter().chain(counts).chain(shown).chain(named);
    counted(rules, all)
}

/// What was read of it.
pub(crate) struct InHand(BTreeMap<PersonId, Option<Versioned<LoadState>>>);

impl InHand {
    pub(crate) fn read(read: &Read, people: &BTreeSet<PersonId>) -> Result<Self, StoreError> {
        let load = |person: &PersonId| Ok((person.clone(), read.state(&Key::load(person))?));
        people.iter().map(load).collect::<Result<_, _>>().map(Self)
    }

    /// What they have; nothing of whom nothing is kept yet.
    pub(crate) fn loads(&self) -> Loads {
        let state = |load: &Option<Versioned<LoadState>>| match load {
            Some(load) => load.state.clone(),
            None => LoadState::default(),
        };
        let loads = self.0.iter();
        loads
            .map(|(person, load)| (person.clone(), state(load)))
            .collect()
    }

    /// Says in the routing as whose open lead the record counts; what is written of those concerned.
    pub(crate) fn hand_over(
        &self,
        staffing: &Staffing,
        facts: &RecordFacts,
        before: Option<&Versioned<RoutingState>>,
        routing: &mut RoutingState,
        now: Timestamp,
    ) -> Result<Vec<Put>, StoreError> {
        let record = &facts.record.state.record;
        let before = before.map(|before| &before.state);
        let loads = hand_over(staffing, record, before, routing, now)
            .map_err(|why| StoreError::Refused(why.to_string()))?;
        let put = |(person, load): (PersonId, LoadState)| {
            let before = self.0.get(&person).and_then(Option::as_ref);
            put_state(Key::load(&person), &load, before, Indexes::default())
        };
        Ok(loads.into_iter().map(put).collect())
    }
}
