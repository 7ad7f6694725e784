//! lead → owner, and on to another when a clock ran out or the CRM refuses; to nobody when its owner
//! was taken off. Loads the lead and who
//! is away, lets `decisions::routing` decide, commits the assignment together with the rotation of
//! its pool. It never talks to the CRM and never sends mail: what follows from an assignment is in
//! the events of its audit record.

#[cfg(test)]
mod tests;

use contracts::{
    CrmWrite, Event, EventData, Function, Indexes, Key,
    state::{AbsencesState, ClocksState, PoolState, RoutingState},
};
use crm::PersonId;
use decisions::{
    Rules, Staffing, edges,
    routing::{
        Chosen, Overdue, Routed, Todo, arrived, consider, keep, owner_removed, reassign, refused,
        route,
    },
};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::Revision;
use store::{StoreError, Versioned, put_state};

/// Gives leads their owners by these rules.
#[derive(Debug)]
pub struct Router(Rules);

/// What is to be done with a lead, and how it was routed before.
#[derive(Debug)]
pub struct Plan {
    before: Option<Versioned<RoutingState>>,
    pool: Option<String>,
    todo: Occasion,
}

/// Upon what.
#[derive(Debug)]
enum Occasion {
    /// The lead changed, and this is to be done.
    Change(Todo),
    /// Its owner was taken off in the CRM, and this follows.
    Removed(Box<Routed>),
    /// A clock ran out.
    Overdue(Option<ClocksState>),
    /// The CRM refuses this owner, for this reason.
    Refused(PersonId, String),
}

impl Occasion {
    /// Whether it must be known who is away.
    fn needs_absences(&self) -> bool {
        match self {
            Self::Change(Todo::Route(choice)) => {
                matches!(choice.chosen, Chosen::Pool(_) | Chosen::Person(_))
            }
            Self::Change(_) | Self::Removed(_) => false,
            Self::Overdue(_) | Self::Refused(..) => true,
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
            return Some(planned(before, None, Occasion::Removed(Box::new(removed))));
        }
        let todo = consider(&self.0, &facts.record.state.record, state, now);
        let pool = match &todo {
            Todo::Nothing => return None,
            Todo::Keep(_) | Todo::Arrived => None,
            Todo::Route(choice) => match &choice.chosen {
                Chosen::Pool(pool) => Some(pool.clone()),
                Chosen::Person(_) | Chosen::Nobody | Chosen::NoRule => None,
            },
        };
        Some(planned(before, pool, Occasion::Change(todo)))
    }
}

fn planned(
    before: Option<Versioned<RoutingState>>,
    pool: Option<String>,
    todo: Occasion,
) -> Planned<Plan> {
    let absences = todo.needs_absences().then(Key::absences);
    let rotation = pool.as_deref().map(Key::pool);
    Planned {
        plan: Plan { before, pool, todo },
        needs: absences.into_iter().chain(rotation).collect(),
    }
}

/// What is to be given to another of the pool it came from.
fn of_its_pool(before: Option<Versioned<RoutingState>>, todo: Occasion) -> Planned<Plan> {
    let pool = before.as_ref().and_then(|before| before.state.pool.clone());
    planned(before, pool, todo)
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
            EventData::ReassignRequested { .. } => {
                let clocks = facts.state::<ClocksState>()?.map(|clocks| clocks.state);
                Some(of_its_pool(before, Occasion::Overdue(clocks)))
            }
            EventData::CrmWriteRefused {
                write: CrmWrite::Owner { to, .. },
                why,
            } => Some(of_its_pool(
                before,
                Occasion::Refused(to.clone(), why.clone()),
            )),
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
        let absences = if plan.todo.needs_absences() {
            read.state_or_default(&Key::absences())?
        } else {
            AbsencesState::default()
        };
        let rules = self.0.with_absences(absences);
        let pool = plan.pool.as_deref().map(Key::pool);
        let rotation = pool.map(|key| read.state::<PoolState>(&key)).transpose()?;
        let rotation = rotation.flatten();
        let routed = routed(&rules, facts, &plan, rotation.as_ref(), event, now)?;
        routed
            .map(|routed| propose(facts, plan.before.as_ref(), rotation.as_ref(), routed))
            .transpose()
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
    let routed = match (&plan.todo, before) {
        (Occasion::Overdue(clocks), _) => match overdue(event) {
            Some(overdue) => {
                let clocks = clocks.as_ref();
                let routed = reassign(staffing, record, before, clocks, overdue, turns, now);
                routed.map(|routed| Some(routed?.by_copy(sequence)))
            }
            None => Ok(None),
        },
        (Occasion::Refused(person, why), _) => {
            let routed = refused(staffing, record, before, (person, why), turns, now);
            routed.map(|routed| Some(routed?.by_copy(sequence)))
        }
        (Occasion::Removed(routed), _) => Ok(Some(routed.as_ref().clone().by_copy(sequence))),
        (Occasion::Change(Todo::Nothing), _) | (Occasion::Change(Todo::Arrived), None) => Ok(None),
        (Occasion::Change(Todo::Arrived), Some(before)) => Ok(Some(arrived(before))),
        (Occasion::Change(Todo::Keep(owner)), _) => {
            let routed = keep(record, before, owner.clone(), now);
            Ok(Some(routed.by_copy(sequence)))
        }
        (Occasion::Change(Todo::Route(choice)), _) => {
            let routed = route(staffing, record, choice.clone(), before, turns, now);
            routed.map(|routed| Some(routed.by_copy(sequence)))
        }
    };
    routed.map_err(|why| StoreError::Refused(why.to_string()))
}

fn propose(
    facts: &RecordFacts,
    before: Option<&Versioned<RoutingState>>,
    rotation: Option<&Versioned<PoolState>>,
    routed: Routed,
) -> Result<Proposal, StoreError> {
    let key = Key::routing(facts.id());
    let mut puts = vec![put_state(key, &routed.routing, before, Indexes::default())];
    if let Some((name, pool)) = &routed.pool {
        let key = Key::pool(name);
        puts.push(put_state(key, pool, rotation, Indexes::default()));
    }
    Ok(Proposal {
        draft: routed.draft,
        puts,
    })
}
