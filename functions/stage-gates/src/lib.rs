//! Holds the gates: a stage move is passed, or turned back with the criteria that are not met. It
//! never writes into the CRM itself; it asks for it in the events of its audit record.

#[cfg(test)]
mod tests;

use contracts::{
    Event, EventData, Function, Indexes, Key,
    state::{DeviationsState, GateState},
};
use decisions::{
    Rules,
    gates::{Gated, judge_after},
};
use engine::{Decider, Planned, Proposal, Read, RecordFacts};
use jiff::Timestamp;
use model::Revision;
use store::{StoreError, Versioned, put_state};

/// Holds the gates of these rules.
#[derive(Debug)]
pub struct Gatekeeper(Rules);

impl Gatekeeper {
    /// Holds the gates of these rules.
    #[must_use]
    pub const fn new(rules: Rules) -> Self {
        Self(rules)
    }
}

impl Decider for Gatekeeper {
    type Plan = (Option<Versioned<GateState>>, Gated);

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
    ) -> Result<Option<Planned<Self::Plan>>, StoreError> {
        if !matches!(event.data, EventData::RecordChanged { .. }) {
            return Ok(None);
        }
        let before = facts.state::<GateState>()?;
        let state = before.as_ref().map(|gate| &gate.state);
        let deviations = facts.state::<DeviationsState>()?;
        let ours = deviations.and_then(|it| it.state.moved);
        let record = &facts.record.state.record;
        let gated = judge_after(&self.0, record, state, ours.as_ref(), now);
        Ok(gated.map(|gated| Planned::alone((before, gated))))
    }

    fn decide(
        &self,
        facts: &RecordFacts,
        (before, gated): Self::Plan,
        _: &Read,
        _: &Event,
        _: Timestamp,
    ) -> Result<Option<Proposal>, StoreError> {
        let key = Key::gate(facts.id());
        let put = put_state(key, &gated.gate, before.as_ref(), Indexes::default());
        Ok(Some(Proposal {
            draft: gated.draft,
            puts: vec![put],
        }))
    }
}
