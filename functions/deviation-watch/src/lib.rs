//! Opens and closes deviations as records change and as time passes. The instant at which a
//! deviation can open by time alone is kept beside the state, in the index that the tick reads.

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use contracts::{
    DeadlineKind, DecisionDraft, Event, EventData, Function, Indexes, Key, ReminderAnswered,
    shard_of,
    state::{
        AbsencesState, ApprovalsState, Clock, ClocksState, DeviationsState, ExceptionsState,
        GateState, RoutingState,
    },
};
use decisions::{
    Edge, Rules, Standing,
    deviations::{self, Judged, handed_over, judge},
    edges, owner_of, reminders, renamed,
    resting::OnRecord,
};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::Revision;
use store::{StoreError, Versioned, put_state};

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

/// Whether the record is another's by now: the index over persons must follow.
fn owner_changed(event: &Event, facts: &RecordFacts) -> bool {
    let record = &facts.record.state.record;
    let owner = Edge::FieldChanged {
        kind: facts.id().kind,
        name: record.owner_field(),
    };
    edges(event, record).contains(&owner)
}

/// What is written, before it is known who is away.
#[derive(Debug)]
pub enum Plan {
    /// A state, and what stands there.
    Judged(Box<Option<Versioned<DeviationsState>>>, Box<Judged>),
    /// That somebody has answered in vain.
    InVain(Box<DecisionDraft>),
}

/// What becomes of an answer to a reminder.
fn answered(
    rules: &Rules,
    (facts, routing): (&RecordFacts, Option<&RoutingState>),
    clocks: Option<&BTreeMap<String, Clock>>,
    before: Option<Versioned<DeviationsState>>,
    (said, now): (&ReminderAnswered, Timestamp),
) -> Plan {
    let record = &facts.record.state.record;
    let owner = owner_of(record, routing);
    let on = OnRecord {
        clocks,
        deviations: before.as_ref().map(|it| &it.state),
    };
    match reminders::answer(rules, owner, on, said, now) {
        Ok(after) => {
            let judged = deviations::answered(record, after, now);
            Plan::Judged(Box::new(before), Box::new(judged))
        }
        Err(why) => Plan::InVain(Box::new(reminders::in_vain(said, &why))),
    }
}

impl Decider for Watcher {
    type Plan = Plan;

    fn function(&self) -> Function {
        Function::DeviationWatch
    }

    fn revision(&self) -> &Revision {
        &self.0.model.revision
    }

    fn plan(
        &self,
        facts: &RecordFacts,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Planned<Self::Plan>>, StoreError> {
        if let EventData::DeadlineDue { kind, .. } = event.data
            && kind != DeadlineKind::Deviations
        {
            return Ok(None);
        }
        let record = &facts.record.state.record;
        if record.is_trial() {
            return Ok(None);
        }
        let gate = facts.shared::<GateState>()?;
        let mut clocks = facts.shared::<ClocksState>()?;
        if let Some(clocks) = &mut clocks {
            renamed::shared_clocks(&self.0, clocks);
        }
        let clocks = clocks.as_ref().map(|it| &it.clocks);
        let routing = facts.shared::<RoutingState>()?;
        let exceptions = facts.shared::<ExceptionsState>()?;
        let approvals = facts.shared::<ApprovalsState>()?;
        let before = facts.state::<DeviationsState>()?;
        if let EventData::ReminderAnswered(said) = &event.data {
            let of = (facts, routing.as_deref());
            let plan = answered(&self.0, of, clocks, before, (said, now));
            return Ok(Some(Planned {
                needs: Vec::new(),
                plan,
            }));
        }
        let standing = Standing {
            clocks,
            routing: routing.map(|it| it.status),
            exceptions: exceptions.as_deref(),
            approvals: approvals.as_deref(),
        };
        let state = before.as_ref().map(|it| &it.state);
        let judged = judge(&self.0, record, gate.as_deref(), standing, state, now);
        let handed = || state.filter(|_| owner_changed(event, facts)).cloned();
        let Some(judged) = judged.or_else(|| handed_over(record, handed()?, now)) else {
            return Ok(None);
        };
        // By when a deviation is to be resolved depends on who is there.
        let needs = judged.needs_absences().then(Key::absences);
        Ok(Some(Planned {
            needs: needs.into_iter().collect(),
            plan: Plan::Judged(Box::new(before), Box::new(judged)),
        }))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Self::Plan,
        read: &Read,
        _: &Event,
        _: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let (before, judged) = match plan {
            Plan::Judged(before, judged) => (*before, judged),
            Plan::InVain(draft) => {
                return Ok(Some(Proposal {
                    draft: *draft,
                    puts: Vec::new(),
                }));
            }
        };
        let absences = if judged.needs_absences() {
            read.shared_or_default(&Key::absences())?
        } else {
            Arc::<AbsencesState>::default()
        };
        let watched = judged.resolved_by(&self.0.with_absences(absences));
        let state = &watched.deviations;
        let owner = facts.record.state.record.owner();
        let indexes = Indexes {
            due: state.next.map(|due| (shard_of(facts.id()), due)),
            person: owner
                .filter(|_| state.shows_work())
                .map(ToString::to_string),
            ..Indexes::default()
        };
        let put = put_state(Key::deviations(facts.id()), state, before.as_ref(), indexes);
        Ok(Some(Proposal {
            draft: watched.draft,
            puts: vec![put],
        }))
    }
}
