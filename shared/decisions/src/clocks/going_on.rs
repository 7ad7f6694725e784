//! Where a record goes that was handed to a team and did not arrive.

use contracts::state::KeptHandOff;
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
            .is_some_and(|it| it.gate == GateMode::TurnBack);
        match foresee(&facts, &of.terms.stage, &to) {
            Some(foreseen) if foreseen.unmet.is_empty() || !turns_back => GoesOn::To(to),
            Some(foreseen) => GoesOn::Not(foreseen.unmet),
            None => GoesOn::Not(vec![format!(
                "{to} is no stage of the journey that it is on"
            )]),
        }
    }
}
