//! lead → owner, and on to another when a clock ran out or the CRM refuses; to nobody when its owner
//! was taken off. Loads the lead, who is away and what people with a capacity have in hand, lets
//! `decisions::routing` decide, commits the assignment together with the rotation of its pool and what
//! those concerned have in hand since. Once a night it counts that anew. It never talks to the CRM and never sends mail: what follows from an assignment is in
//! the events of its audit record.

mod in_hand;
mod recount;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, Event, EventData, Function, Indexes, Key,
    state::{AbsencesState, ClocksState, PoolState, RoutingState, counted_for},
};
use crm::PersonId;
use decisions::{
    Rules, Staffing, capacity, edges, recipients,
    routing::{
        Chosen, NOBODY_THERE, Overdue, Routed, Todo, arrived, consider, counted_anew, handed_on,
        keep, owner_removed, pool_handed_on, reassign, refused, route,
    },
};
use engine::{
    Clock, Decider, Deciding, Failure, Handler, Planned, Proposal, Read, RecordFacts, Table,
    TimeLeft,
};
use jiff::Timestamp;
use model::Revision;
use store::{Store, StoreError, Versioned, put_state};

use in_hand::{InHand, concerned};

/// The function, over any store.
#[derive(Debug)]
pub struct LeadRouting<S, C> {
    table: Table<S, C>,
    rules: Rules,
    deciding: Deciding<S, C, Router>,
}

impl<S: Store + Clone, C: Clock + Clone> LeadRouting<S, C> {
    /// Gives leads their owners by these rules.
    #[must_use]
    pub fn new(table: Table<S, C>, rules: Rules) -> Self {
        let router = Router::new(rules.clone());
        Self {
            deciding: Deciding::new(table.clone(), router),
            table,
            rules,
        }
    }
}

impl<S: Store, C: Clock> Handler for LeadRouting<S, C> {
    async fn handle(&self, event: &Event, now: Timestamp) -> Result<(), Failure> {
        match event.data {
            EventData::Tick { at } => recount::tick(&self.table, &self.rules, event, at).await,
            _ => self.deciding.handle(event, now).await,
        }
    }

    /// All leads of a batch together; a tick among them comes after them.
    async fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> Vec<Result<(), Failure>> {
        let is_tick = |event: &Event| matches!(event.data, EventData::Tick { .. });
        let leads = events.iter().filter(|(event, _)| !is_tick(event));
        let leads: Vec<_> = leads.cloned().collect();
        let mut of_leads = self
            .deciding
            .handle_batch(&leads, time_left)
            .await
            .into_iter();
        let mut results = Vec::with_capacity(events.len());
        for (event, now) in events {
            let result = if !is_tick(event) {
                of_leads
                    .next()
                    .unwrap_or_else(|| Err(Failure::out_of_time()))
            } else if events.len() == 1 || time_left() {
                self.handle(event, *now).await
            } else {
                Err(Failure::out_of_time())
            };
            results.push(result);
        }
        results
    }

    fn revision(&self) -> Option<&Revision> {
        Some(&self.rules.model.revision)
    }
}

/// Gives leads their owners by these rules.
#[derive(Debug)]
pub struct Router(Rules);

/// What is to be done with a lead, and how it was routed before.
#[derive(Debug)]
pub struct Plan {
    before: Option<Versioned<RoutingState>>,
    pool: Option<String>,
    /// Those whose open leads may become more or fewer by it.
    people: BTreeSet<PersonId>,
    todo: Occasion,
}

/// Upon what.
#[derive(Debug)]
enum Occasion {
    /// The lead changed, and this is to be done.
    Change(Todo),
    /// Its owner was taken off in the CRM, and this follows.
    Removed(Box<Routed>),
    /// It counts as an open lead of somebody no longer, or again, and this follows.
    Counted(Box<Routed>),
    /// A clock ran out; these are named to have it last.
    Overdue(Option<ClocksState>, Vec<PersonId>),
    /// The CRM refuses this owner, for this reason.
    Refused(PersonId, String),
}

impl Occasion {
    /// Who may get the lead beside the people of its pool and whom the CRM names.
    fn named(&self) -> &[PersonId] {
        match self {
            Self::Change(Todo::Route(choice)) => match &choice.chosen {
                Chosen::Person(person) => std::slice::from_ref(person),
                _ => &[],
            },
            Self::Overdue(_, last) => last,
            _ => &[],
        }
    }

    /// Whether it must be known who is away, where it may be of people with a capacity or not.
    fn needs_absences(&self, counted: bool) -> bool {
        match self {
            Self::Change(Todo::Route(choice)) => {
                matches!(choice.chosen, Chosen::Pool(_) | Chosen::Person(_))
            }
            // For which of their working days it comes depends on it.
            Self::Change(Todo::Keep(_)) => counted,
            Self::Change(_) | Self::Removed(_) | Self::Counted(_) => false,
            Self::Overdue(..) | Self::Refused(..) => true,
        }
    }
}

impl Router {
    /// Gives leads their owners by these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }

    fn change(
        &self,
        facts: &RecordFacts,
        event: &Event,
        before: Option<Versioned<RoutingState>>,
        now: Timestamp,
    ) -> Option<Planned<Plan>> {
        let state = before.as_ref().map(|before| &before.state);
        let edges = edges(event, &facts.record.state.record);
        if let Some(removed) = owner_removed(state, (&edges, event.sequence), now) {
            let removed = Occasion::Removed(Box::new(removed));
            return Some(self.planned(facts, before, None, removed));
        }
        let todo = consider(&self.0, &facts.record.state.record, state, now);
        let pool = match &todo {
            Todo::Nothing => {
                let counted = counted_anew(&self.0, &facts.record.state.record, state, now)?;
                let counted = Occasion::Counted(Box::new(counted));
                return Some(self.planned(facts, before, None, counted));
            }
            Todo::Keep(owner) => pool_handed_on(state, owner),
            Todo::Arrived => None,
            Todo::Route(choice) => match &choice.chosen {
                Chosen::Pool(pool) => Some(pool.clone()),
                Chosen::Person(_) | Chosen::Nobody | Chosen::NoRule => None,
            },
        };
        Some(self.planned(facts, before, pool, Occasion::Change(todo)))
    }

    fn planned(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        pool: Option<String>,
        todo: Occasion,
    ) -> Planned<Plan> {
        let record = &facts.record.state.record;
        let state = before.as_ref().map(|before| &before.state);
        let mut people = concerned(&self.0, record, state, todo.named());
        if let Some(pool) = &pool {
            people.extend(capacity::candidates(&self.0, pool));
        }
        let absences = todo.needs_absences(!people.is_empty());
        let absences = absences.then(Key::absences);
        let rotation = pool.as_deref().map(Key::pool);
        let needs = absences.into_iter().chain(rotation);
        let needs = needs.chain(people.iter().map(Key::load)).collect();
        let plan = Plan {
            before,
            pool,
            people,
            todo,
        };
        Planned { plan, needs }
    }

    /// What is to be given to another of the pool it came from.
    fn of_its_pool(
        &self,
        facts: &RecordFacts,
        before: Option<Versioned<RoutingState>>,
        todo: Occasion,
    ) -> Planned<Plan> {
        let pool = before.as_ref().and_then(|before| before.state.pool.clone());
        self.planned(facts, before, pool, todo)
    }
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

impl Decider for Router {
    type Plan = Plan;

    fn function(&self) -> Function {
        Function::LeadRouting
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Planned<Plan>>, StoreError> {
        let before = facts.state::<RoutingState>()?;
        Ok(match &event.data {
            EventData::RecordChanged { .. } => self.change(facts, event, before, now),
            EventData::ReassignRequested { from, terms, .. } => {
                let clocks = facts.state::<ClocksState>()?.map(|clocks| clocks.state);
                let last = recipients(&terms.finally, Some(from), &self.0);
                let overdue = Occasion::Overdue(clocks, last);
                Some(self.of_its_pool(facts, before, overdue))
            }
            EventData::CrmWriteRefused {
                write: CrmWrite::Owner { to, .. },
                why,
            } => {
                let refused = Occasion::Refused(to.clone(), why.clone());
                Some(self.of_its_pool(facts, before, refused))
            }
            _ => None,
        })
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Plan,
        read: &Read,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let absences = if plan.todo.needs_absences(!plan.people.is_empty()) {
            read.state_or_default(&Key::absences())?
        } else {
            AbsencesState::default()
        };
        let in_hand = InHand::read(read, &plan.people)?;
        let staffing = self.0.with_absences(absences).with_loads(in_hand.loads());
        let pool = plan.pool.as_deref().map(Key::pool);
        let rotation = pool.map(|key| read.state::<PoolState>(&key)).transpose()?;
        let rotation = rotation.flatten();
        let routed = routed(&staffing, facts, &plan, rotation.as_ref(), event, now)?;
        let Some(mut routed) = routed else {
            return Ok(None);
        };
        let before = plan.before.as_ref();
        let loads = in_hand.hand_over(&staffing, facts, before, &mut routed.routing, now)?;
        let mut proposal = propose(facts, before, rotation.as_ref(), routed);
        proposal.puts.extend(loads);
        Ok(Some(proposal))
    }
}

fn routed(
    staffing: &Staffing,
    facts: &RecordFacts,
    plan: &Plan,
    rotation: Option<&Versioned<PoolState>>,
    event: &Event,
    now: Timestamp,
) -> Result<Option<Routed>, StoreError> {
    let (record, sequence) = (&facts.record.state.record, facts.record.state.sequence);
    let before = plan.before.as_ref().map(|before| &before.state);
    let empty = PoolState::default();
    let turns = rotation.map_or(&empty, |rotation| &rotation.state);
    // Of a copy without an owner it may still be on its way here that somebody was taken off: that is not
    // heard of by what comes from elsewhere.
    let heard = match before {
        Some(before) if record.owner().is_none() => before.sequence,
        _ => sequence,
    };
    let routed = match (&plan.todo, before) {
        (Occasion::Overdue(clocks, _), _) => match overdue(event) {
            Some(overdue) => {
                let clocks = clocks.as_ref();
                let routed = reassign(staffing, record, before, clocks, overdue, turns, now);
                routed.map(|routed| Some(routed?.by_copy(heard)))
            }
            None => Ok(None),
        },
        (Occasion::Refused(person, why), _) => {
            let routed = refused(staffing, record, before, (person, why), turns, now);
            routed.map(|routed| Some(routed?.by_copy(heard)))
        }
        (Occasion::Counted(routed), _) => Ok(Some(routed.as_ref().clone())),
        (Occasion::Removed(routed), _) => Ok(Some(routed.as_ref().clone().by_copy(sequence))),
        (Occasion::Change(Todo::Nothing), _) | (Occasion::Change(Todo::Arrived), None) => Ok(None),
        (Occasion::Change(Todo::Arrived), Some(before)) => Ok(Some(arrived(before))),
        (Occasion::Change(Todo::Keep(owner)), _) => {
            let routed = keep(record, before, owner.clone(), now);
            let routed = handed_on(staffing, routed, before, turns, now);
            routed.map(|routed| Some(routed.by_copy(sequence)))
        }
        (Occasion::Change(Todo::Route(choice)), _) => {
            let routed = route(staffing, record, choice.clone(), before, turns, now);
            // Nobody is there still: that was said.
            let news = |routed: &Routed| {
                let same = before.is_some_and(|before| before.rule == routed.routing.rule);
                !same || routed.routing.rule != NOBODY_THERE
            };
            routed.map(|routed| Some(routed.by_copy(sequence)).filter(news))
        }
    };
    routed.map_err(|why| StoreError::Refused(why.to_string()))
}

fn propose(
    facts: &RecordFacts,
    before: Option<&Versioned<RoutingState>>,
    rotation: Option<&Versioned<PoolState>>,
    routed: Routed,
) -> Proposal {
    let key = Key::routing(facts.id());
    // By this the leads of everybody are counted again.
    let indexes = Indexes {
        person: routed.routing.counted.as_ref().map(counted_for),
        ..Indexes::default()
    };
    let mut puts = vec![put_state(key, &routed.routing, before, indexes)];
    if let Some((name, pool)) = &routed.pool {
        let key = Key::pool(name);
        puts.push(put_state(key, pool, rotation, Indexes::default()));
    }
    Proposal {
        draft: routed.draft,
        puts,
    }
}
