//! Holds the gates: a stage move is passed, or turned back with the criteria that are not met. It
//! never writes into the CRM itself; it asks for it in the events of its audit record.

use contracts::{Event, EventData, Function, Indexes, Key};
use decisions::{Rules, gates::judge};
use jiff::Timestamp;
use model::Revision;
use store::{Decider, Item, Proposal, RecordFacts, StoreError, put_state};

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
    fn function(&self) -> Function {
        Function::StageGates
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
        if !matches!(event.data, EventData::RecordChanged { .. }) {
            return Ok(None);
        }
        let before = facts.gate.as_ref().map(|gate| &gate.state);
        let Some(gated) = judge(&self.0, &facts.record.state.record, before, now) else {
            return Ok(None);
        };
        let put = put_state(
            Key::gate(facts.id()),
            &gated.gate,
            facts.gate.as_ref(),
            Indexes::default(),
        )?;
        Ok(Some(Proposal {
            draft: gated.draft,
            puts: vec![put],
        }))
    }
}
