//! lead, opportunity or account → owner, at once or when what it waits for has come, or into a queue; on to
//! another upon an edge that the model names, when a clock ran out, or when the CRM refuses; to nobody when its
//! owner was taken off and nobody else can have it. Loads the record, who is away and what people with a capacity
//! have in hand, lets `decisions::routing` decide, commits the assignment together with the rotations of the pools
//! and what those concerned have in hand since. Once a night it counts that anew. It never talks to the CRM and
//! never sends mail: what follows from an assignment is in the events of its audit record.

mod decided;
mod in_hand;
mod leaving;
mod plan;
mod recount;
mod rotation;
mod same_person;
#[cfg(test)]
mod tests;

use contracts::{
    CrmWrite, DeadlineKind, Event, EventData, Function, Key,
    state::{ClocksState, RoutingState},
};
use decisions::{
    recipients, renamed,
    routing::{hold, only_observed, only_written},
};
use engine::{
    Clock, Decider, Failure, OnTick, Planned, Proposal, Read, RecordFacts, Table, Ticking,
};
use jiff::Timestamp;
use model::Revision;
use store::{Store, StoreError};

use decided::{propose, routed};
use in_hand::InHand;
use plan::Occasion;
use rotation::{Rotation, Rotations};

pub use plan::{Plan, Router};

/// The function, over any store.
pub type LeadRouting<S, C> = Ticking<S, C, Router>;

impl<S: Store, C: Clock> OnTick<S, C> for Router {
    async fn on_tick(
        &self,
        table: &Table<S, C>,
        tick: &Event,
        at: Timestamp,
    ) -> Result<(), Failure> {
        recount::tick(table, self.rules(), tick, at).await?;
        leaving::tick(table, self.rules(), tick, at).await
    }
}

impl Decider for Router {
    type Plan = Plan;

    fn function(&self) -> Function {
        Function::LeadRouting
    }

    fn revision(&self) -> &Revision {
        &self.rules().model.revision
    }

    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Planned<Plan>>, StoreError> {
        let mut before = facts.state::<RoutingState>()?;
        if let Some(before) = &mut before {
            renamed::routing(self.rules(), facts.id().kind, &mut before.state);
        }
        if before.is_none() && !self.rules().model.routing.contains_key(&facts.id().kind) {
            return Ok(None);
        }
        Ok(match &event.data {
            EventData::RecordChanged { .. } => self.change(facts, event, before, now),
            EventData::DeadlineDue {
                kind: DeadlineKind::Routing,
                ..
            } => self.due(facts, before, now),
            EventData::StageEntered {
                stage,
                from: Some(_),
                ..
            } => self.entered(facts, (stage, event), before, now)?,
            EventData::OwnerLeft(left) => self.left(facts, before, left, now),
            EventData::ReassignRequested(contracts::ReassignRequested { from, terms, .. }) => {
                let clocks = facts.state::<ClocksState>()?.map(|clocks| clocks.state);
                let clocks = clocks.map(|mut clocks| {
                    renamed::clocks(self.rules(), &mut clocks);
                    clocks
                });
                let last = recipients(&terms.finally, Some(from), self.rules(), now);
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

    fn also_needs(&self, plan: &Plan, read: &Read, now: Timestamp) -> Result<Vec<Key>, StoreError> {
        let staffing = self.rules().with_absences(self.absences(plan, read)?);
        let people = self.people(plan, &staffing, now);
        let more = people.difference(&plan.people);
        let mut more: Vec<Key> = more.map(Key::load).collect();
        more.extend(same_person::others(plan, read)?);
        Ok(more)
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Plan,
        read: &Read,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let staffing = self.rules().with_absences(self.absences(&plan, read)?);
        let in_hand = InHand::read(read, &self.people(&plan, &staffing, now))?;
        let staffing = staffing.with_loads(in_hand.loads());
        let rotation = |pool: &Option<String>| match pool {
            Some(pool) => self.rotation(pool, read),
            None => Ok(Rotation::default()),
        };
        let rotations = Rotations {
            gives: rotation(&plan.pool)?,
            left: rotation(&plan.left)?,
        };
        let by_rules = || routed(&staffing, facts, &plan, &rotations, event, now);
        let routed = same_person::joined(&staffing, facts, &plan, read, now, by_rules)?;
        let Some(mut routed) = routed else {
            return Ok(None);
        };
        let before = plan.before.as_ref();
        if facts.record.state.record.is_trial() {
            let written = only_written(routed);
            return Ok(Some(propose(facts, before, &rotations, written)));
        }
        let state = before.map(|it| &it.state);
        let record = &facts.record.state.record;
        routed = only_observed(&staffing, record, state, routed, now);
        hold(&staffing, state, &mut routed.routing);
        let same = same_person::keep(&staffing, facts, &plan, read, &mut routed.routing, now)?;
        let loads = in_hand.hand_over(&staffing, facts, before, &mut routed.routing, now)?;
        let mut proposal = propose(facts, before, &rotations, routed);
        proposal.puts.extend(loads.into_iter().chain(same));
        Ok(Some(proposal))
    }
}
