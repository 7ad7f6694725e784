//! lead → owner, and on to another when a clock ran out. Loads the lead and who is away, lets
//! `decisions::routing` decide, commits the assignment together with the rotation of its pool. It
//! never talks to the CRM and never sends mail: what follows from an assignment is in the events of
//! its audit record.

use contracts::{
    Event, EventData, Function, Indexes, Key,
    state::{AbsencesState, PoolState},
};
use decisions::{
    RotationError, Rules,
    routing::{Chosen, Overdue, Routed, Todo, arrived, consider, keep, reassign, route},
};
use jiff::Timestamp;
use model::Revision;
use store::{
    Decider, Item, Proposal, RecordFacts, StoreError, Versioned, put_state, read_or_default,
};

/// Gives leads their owners by these rules.
#[derive(Debug)]
pub struct Router(Rules);

impl Router {
    /// Gives leads their owners by these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }

    fn overdue(event: &Event) -> Option<Overdue<'_>> {
        match &event.data {
            EventData::ReassignRequested {
                from,
                clock,
                instance,
                terms,
                at,
                ..
            } => Some(Overdue {
                from,
                clock,
                instance: *instance,
                terms,
                at: *at,
            }),
            _ => None,
        }
    }

    fn todo(&self, facts: &RecordFacts, event: &Event, now: Timestamp) -> Todo {
        if !matches!(event.data, EventData::RecordChanged { .. }) {
            return Todo::Nothing;
        }
        let before = facts.routing.as_ref().map(|routing| &routing.state);
        consider(&self.0, &facts.record.state.record, before, now)
    }
}

impl Decider for Router {
    fn function(&self) -> Function {
        Function::LeadRouting
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    /// Who is away, wherever a person gets the lead; and the rotation, where a pool gives it.
    fn also_needs(&self, facts: &RecordFacts, event: &Event, now: Timestamp) -> Vec<Key> {
        if Self::overdue(event).is_some() {
            let pool = facts.routing.as_ref().and_then(|it| it.state.pool.as_ref());
            let keys = pool.map(|pool| vec![Key::absences(), Key::pool(pool)]);
            return keys.unwrap_or_default();
        }
        let Todo::Route(choice) = self.todo(facts, event, now) else {
            return Vec::new();
        };
        match choice.chosen {
            Chosen::Pool(pool) => vec![Key::absences(), Key::pool(&pool)],
            Chosen::Person(_) => vec![Key::absences()],
            Chosen::Nobody | Chosen::NoRule => Vec::new(),
        }
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        also: &[Option<Item>],
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let record = &facts.record.state.record;
        let before = facts.routing.as_ref().map(|routing| &routing.state);
        let absences: AbsencesState = read_or_default(also.first())?;
        let rotation = also.get(1).cloned().flatten();
        let rotation = rotation.map(Versioned::<PoolState>::read).transpose()?;
        let rules = self.0.with_absences(absences);
        let empty = PoolState::default();
        let turns = rotation.as_ref().map_or(&empty, |rotation| &rotation.state);
        let refused = |why: RotationError| StoreError::Refused(why.to_string());
        if let Some(overdue) = Self::overdue(event) {
            let clocks = facts.clocks.as_ref().map(|clocks| &clocks.state);
            let routed = reassign(&rules, record, before, clocks, overdue, turns, now);
            let routed = routed.map_err(refused)?;
            return routed
                .map(|routed| propose(facts, rotation.as_ref(), routed))
                .transpose();
        }
        let routed = match (self.todo(facts, event, now), before) {
            (Todo::Nothing, _) | (Todo::Arrived, None) => return Ok(None),
            (Todo::Arrived, Some(before)) => arrived(before),
            (Todo::Keep(owner), _) => keep(record, before, owner, now),
            (Todo::Route(choice), _) => {
                route(&rules, record, choice, turns, now).map_err(refused)?
            }
        };
        propose(facts, rotation.as_ref(), routed).map(Some)
    }
}

fn propose(
    facts: &RecordFacts,
    rotation: Option<&Versioned<PoolState>>,
    routed: Routed,
) -> Result<Proposal, StoreError> {
    let mut puts = vec![put_state(
        Key::routing(facts.id()),
        &routed.routing,
        facts.routing.as_ref(),
        Indexes::default(),
    )?];
    if let Some((name, pool)) = &routed.pool {
        puts.push(put_state(
            Key::pool(name),
            pool,
            rotation,
            Indexes::default(),
        )?);
    }
    Ok(Proposal {
        draft: routed.draft,
        puts,
    })
}
