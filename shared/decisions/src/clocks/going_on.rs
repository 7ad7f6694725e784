//! Where a record goes that was handed to a team and did not arrive.

use contracts::{CrmWrite, EventData, state::KeptHandOff};
use jiff::Timestamp;
use model::GateMode;

use super::context::Context;
use crate::gates::foresee;

/// Where a record goes on by itself.
pub(super) enum GoesOn {
    /// It is moved to this stage.
    To(String),
    /// Its gate would not let it.
    Not(Vec<String>),
    /// It is not to be moved.
    Stays,
}

impl Context<'_> {
    /// Whether the record may go to that stage from where it was handed over. What somebody has moved on by now is
    /// left where it is.
    pub(super) fn goes_on(&self, of: &KeptHandOff, to: String, at: Timestamp) -> GoesOn {
        let facts = self.facts(at);
        if facts.stage() != Some(of.terms.stage.as_str()) {
            return GoesOn::Stays;
        }
        // A gate that only observes or warns lets everything through.
        let turns_back = facts
            .lifecycle()
            .is_some_and(|it| facts.rules.gate_of(it, at) == GateMode::TurnBack);
        match foresee(&facts, &of.terms.stage, &to) {
            Some(foreseen) if foreseen.unmet.is_empty() || !turns_back => GoesOn::To(to),
            Some(foreseen) => GoesOn::Not(foreseen.unmet),
            None => GoesOn::Not(vec![format!(
                "{to} is no stage of the journey that it is on"
            )]),
        }
    }

    /// In a shadow month the record stays, and it is recorded where it would have gone.
    pub(super) fn unless_observed(
        &mut self,
        name: &str,
        of: &KeptHandOff,
        goes_on: GoesOn,
        at: Timestamp,
    ) -> GoesOn {
        match goes_on {
            GoesOn::To(to) if self.staffing.observes_until(at).is_some() => {
                self.reason(
                    name,
                    format!("only observed: the record would move to {to}"),
                );
                let only_if = Some(of.terms.stage.clone());
                let write = CrmWrite::Stage { to, only_if };
                self.emit(EventData::CrmWriteObserved(write));
                GoesOn::Stays
            }
            other => other,
        }
    }
}
