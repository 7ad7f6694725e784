use std::collections::BTreeMap;

use contracts::{
    ApprovalAnswered, DeadlineKind, Event, EventData, Function, HeldAnswered, HoldReleased,
    Indexes, Key, Undo,
    state::{
        ApprovalsState, AutomaticMove, BREAKERS, BreakerState, DeviationsState, ExceptionsState,
        GateState, UnjudgedState, held_of,
    },
};
use crm::PersonId;
use decisions::{
    Rules,
    gates::{
        Beside, Breakers, Gated, answered, breakers_of, judge_after, judge_braked, say_once, undo,
    },
};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::Revision;
use store::{Put, StoreError, Versioned, put_state};

use crate::{approving, ending, excepting};

/// Holds the gates of these rules.
#[derive(Debug)]
pub struct Gatekeeper(Rules);

impl Gatekeeper {
    /// Holds the gates of these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }

    /// The rules.
    pub(crate) const fn rules(&self) -> &Rules {
        &self.0
    }
}

/// What is judged, before it is known how often moves of the same person were turned back.
#[derive(Debug, Clone)]
pub struct Plan {
    before: Option<Versioned<GateState>>,
    ours: Option<AutomaticMove>,
    exceptions: Option<Versioned<ExceptionsState>>,
    approvals: Option<Versioned<ApprovalsState>>,
    /// The fields that have changed, if that is what happened.
    changed: Vec<String>,
    /// Whether it is only noticed that exceptions are over.
    ends: bool,
    /// What somebody has answered, if it is only about that.
    answer: Option<ApprovalAnswered>,
    /// Whether somebody only asks for an exception, or says whether there is one.
    excepts: bool,
    /// What somebody has said of what is held, if it is only about that.
    hold: Option<HeldAnswered>,
    /// What somebody takes back, if it is only about that.
    undo: Option<Undo>,
    /// What follows if no breaker is needed.
    gated: Option<Gated>,
    /// Whose breakers are.
    people: Vec<PersonId>,
    /// Whose hold releases the move, if one does.
    releases: Option<PersonId>,
}

impl Plan {
    fn beside(&self) -> Beside<'_> {
        Beside {
            ours: self.ours.as_ref(),
            exceptions: self.exceptions.as_ref().map(|it| &it.state),
            approvals: self.approvals.as_ref().map(|it| &it.state),
        }
    }
}

impl Decider for Gatekeeper {
    type Plan = Plan;

    fn function(&self) -> Function {
        Function::StageGates
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
        if facts.record.state.record.is_trial() {
            return Ok(None);
        }
        let before = facts.state::<GateState>()?;
        let deviations = facts.state::<DeviationsState>()?;
        let mut plan = Plan {
            before,
            ours: deviations.and_then(|it| it.state.moved),
            exceptions: facts.state::<ExceptionsState>()?,
            approvals: facts.state::<ApprovalsState>()?,
            changed: match &event.data {
                EventData::RecordChanged { changed, .. } => changed.clone(),
                _ => Vec::new(),
            },
            ends: false,
            answer: None,
            excepts: false,
            hold: None,
            undo: None,
            gated: None,
            people: Vec::new(),
            releases: None,
        };
        let state = plan.before.as_ref().map(|gate| &gate.state);
        match &event.data {
            EventData::DeadlineDue {
                kind: DeadlineKind::Exceptions,
                ..
            } => {
                plan.ends = true;
                return Ok(Some(Planned::alone(plan)));
            }
            EventData::DeadlineDue {
                kind: DeadlineKind::Approvals,
                ..
            } => return Ok(Some(Planned::alone(plan))),
            EventData::ApprovalAnswered(answer) => {
                plan.answer = Some(answer.clone());
                return Ok(Some(Planned::alone(plan)));
            }
            EventData::ExceptionAsked(_) | EventData::ExceptionAnswered(_) => {
                plan.excepts = true;
                return Ok(Some(Planned::alone(plan)));
            }
            EventData::UndoRequested(undo) => {
                plan.undo = Some(undo.clone());
                return Ok(Some(Planned::alone(plan)));
            }
            // Only a move that is held waits for it: one that was turned back is to be made again.
            EventData::ExceptionGranted { .. } | EventData::ApprovalGiven(_)
                if state.is_none_or(|it| it.held.is_none()) =>
            {
                return Ok(None);
            }
            EventData::RecordChanged { .. }
            | EventData::ExceptionGranted { .. }
            | EventData::ApprovalGiven(_) => {
                let record = &facts.record.state.record;
                plan.gated = judge_after(&self.0, record, state, plan.beside(), now);
                match &plan.gated {
                    Some(gated) => plan.people = breakers_of(&self.0, state, gated),
                    None if self.looked(facts, &plan, None, now).is_none() => return Ok(None),
                    None => {}
                }
            }
            EventData::HoldAnswered(answer) => {
                plan.hold = Some(answer.clone());
                return Ok(Some(Planned {
                    plan,
                    needs: vec![Key::breaker(&answer.of)],
                }));
            }
            EventData::HoldReleased(HoldReleased { of, .. }) => {
                let held = state.and_then(|gate| gate.held.as_ref());
                if held.is_none_or(|held| held.of != *of) {
                    return Ok(None);
                }
                plan.people.push(of.clone());
                plan.releases = Some(of.clone());
            }
            _ => return Ok(None),
        }
        // What is not judged is said once, whatever many records are there.
        let unjudged = plan.gated.as_ref().and_then(|it| it.unjudged.as_ref());
        let may_be = unjudged.is_some() || plan.releases.is_some();
        let unjudged = may_be.then(Key::unjudged);
        let breakers = plan.people.iter().map(Key::breaker);
        let needs = breakers.chain(unjudged).collect();
        Ok(Some(Planned { plan, needs }))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        plan: Plan,
        read: &Read,
        event: &Event,
        now: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        if plan.ends {
            return Ok(ending::propose(&self.0, facts.id(), plan.exceptions, now));
        }
        let before = plan.before.as_ref();
        if plan.excepts {
            let of = (&facts.record.state.record, before.map(|it| &it.state));
            let exceptions = plan.exceptions.as_ref();
            return Ok(excepting::propose(&self.0, of, exceptions, event, now));
        }
        if let Some(said) = &plan.hold {
            let before = read.state::<BreakerState>(&Key::breaker(&said.of))?;
            let state = before.as_ref().map(|it| &it.state);
            let word = (said.answer, &said.by);
            let answered = answered(&self.0, state, &said.of, word, now).ok();
            return Ok(answered.map(|(after, draft)| Proposal {
                draft,
                puts: vec![keep(&said.of, &after, before.as_ref())],
            }));
        }
        if let Some(answer) = &plan.answer {
            let of = (&facts.record.state.record, before.map(|it| &it.state));
            return Ok(approving::settled(
                &self.0,
                of,
                plan.approvals.as_ref(),
                answer,
                now,
            ));
        }
        if let Some(asked) = &plan.undo {
            let of = (&facts.record.state.record, before.map(|it| &it.state));
            let (after, draft) = undo(&self.0, of, asked, now);
            let put = after.map(|gate| keep_gate(facts, &gate, before));
            return Ok(Some(Proposal {
                draft,
                puts: put.into_iter().collect(),
            }));
        }
        if plan.people.is_empty() {
            let approvals = self.looked(facts, &plan, plan.gated.as_ref(), now);
            let gated = plan.gated.clone();
            let gate = gated.map(|gated| self.propose(facts, before, gated, (read, now)));
            return Ok(approving::both(gate.transpose()?, approvals));
        }
        let mut found: BTreeMap<PersonId, Option<Versioned<BreakerState>>> = BTreeMap::new();
        for person in &plan.people {
            found.insert(person.clone(), read.state(&Key::breaker(person))?);
        }
        let states = found.iter().map(|(person, breaker)| {
            let state = breaker.as_ref().map(|breaker| breaker.state.clone());
            (person.clone(), state.unwrap_or_default())
        });
        let mut breakers = Breakers::new(states.collect());
        if let Some(of) = &plan.releases {
            breakers = breakers.releasing(of.clone());
        }
        let gated = judge_braked(
            &self.0,
            &facts.record.state.record,
            before.map(|it| &it.state),
            (plan.beside(), &breakers),
            now,
        );
        let Some(gated) = gated else {
            return Ok(None);
        };
        if before.map(|it| &it.state) == Some(&gated.gate) {
            // What was released is held again, as more were turned back meanwhile: nothing has changed.
            return Ok(None);
        }
        let approvals = self.looked(facts, &plan, Some(&gated), now);
        let mut proposal = self.propose(facts, before, gated, (read, now))?;
        for (person, state) in breakers.into_states() {
            let before = found.get(&person).and_then(Option::as_ref);
            if before.map(|it| &it.state) != Some(&state) {
                proposal.puts.push(keep(&person, &state, before));
            }
        }
        Ok(approving::both(Some(proposal), approvals))
    }
}

impl Gatekeeper {
    /// What is to be approved of the record where it stands once its gate was asked.
    fn looked(
        &self,
        facts: &RecordFacts,
        plan: &Plan,
        gated: Option<&Gated>,
        now: Timestamp,
    ) -> Option<Proposal> {
        let before = plan.before.as_ref().map(|it| &it.state);
        let gate = gated.map(|it| &it.gate).or(before);
        let record = &facts.record.state.record;
        let approvals = (plan.approvals.as_ref(), plan.changed.as_slice());
        approving::looked(&self.0, record, gate, approvals, now)
    }

    fn propose(
        &self,
        facts: &RecordFacts,
        before: Option<&Versioned<GateState>>,
        gated: Gated,
        (read, now): (&Read, Timestamp),
    ) -> Result<Proposal, StoreError> {
        let mut puts = vec![keep_gate(facts, &gated.gate, before)];
        let mut draft = gated.draft;
        if let Some(unjudged) = &gated.unjudged {
            let told = read.state::<UnjudgedState>(&Key::unjudged())?;
            let known = told.as_ref().map(|it| it.state.clone()).unwrap_or_default();
            if let Some((emits, after)) = say_once(&self.0, unjudged, &known, now) {
                draft.emits.extend(emits);
                draft.outcome.push_str("; the operators are told once");
                let key = Key::unjudged();
                puts.push(put_state(key, &after, told.as_ref(), Indexes::default()));
            }
        }
        Ok(Proposal { draft, puts })
    }
}

/// What is held is found by whose moves they are.
fn keep_gate(facts: &RecordFacts, gate: &GateState, before: Option<&Versioned<GateState>>) -> Put {
    let held = gate.held.as_ref();
    let indexes = Indexes {
        person: held.map(|held| held_of(&held.of)),
        ..Indexes::default()
    };
    put_state(Key::gate(facts.id()), gate, before, indexes)
}

/// A breaker is shown to ticks and to people while it holds something.
fn keep(person: &PersonId, state: &BreakerState, before: Option<&Versioned<BreakerState>>) -> Put {
    let indexes = Indexes {
        person: state.hold.as_ref().map(|_| BREAKERS.to_owned()),
        ..Indexes::default()
    };
    put_state(Key::breaker(person), state, before, indexes)
}
