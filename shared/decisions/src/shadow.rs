//! The shadow month: until a day that the model names, it only observes. Everything is judged and recorded, and what
//! would have been written into the CRM is recorded in place of being asked for.

use contracts::{CrmWrite, EventData};
use jiff::Timestamp;
use model::{Acts, DeviationRule, GateMode, Lifecycle};

use crate::rules::Rules;

/// What is said of a decision, or of a step, of which nothing is written.
pub(crate) const WOULD: &str = "only observed";

impl Rules {
    /// From when on the model is enforced, if it only observes yet.
    #[must_use]
    pub fn observes_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.enforced_from.filter(|from| now < *from)
    }

    /// The same rules as they decide once they are enforced: as scenarios and `fairlead route` ask them.
    #[must_use]
    pub fn enforced(&self) -> Self {
        let mut rules = self.clone();
        rules.enforced_from = None;
        rules
    }

    /// What a journey's gate does about a move at an instant.
    #[must_use]
    pub fn gate_of(&self, journey: &Lifecycle, now: Timestamp) -> GateMode {
        match self.observes_until(now) {
            Some(_) => GateMode::Observe,
            None => journey.gate,
        }
    }

    /// What becomes of a deviation's steps at an instant.
    #[must_use]
    pub fn acts_of(&self, rule: &DeviationRule, now: Timestamp) -> Acts {
        match self.observes_until(now) {
            Some(_) => Acts::Observe,
            None => rule.acts,
        }
    }
}

/// Asks for a write into the CRM, or says what it would have been.
pub(crate) fn write(rules: &Rules, write: CrmWrite, now: Timestamp) -> EventData {
    match rules.observes_until(now) {
        Some(_) => EventData::CrmWriteObserved(write),
        None => EventData::CrmWriteRequested { write },
    }
}

/// Begins what is said of a write: with how it would have been, if it is only observed.
pub(crate) fn said(rules: &Rules, what: String, now: Timestamp) -> String {
    match rules.observes_until(now) {
        Some(_) => format!("{WOULD}: {what}"),
        None => what,
    }
}
