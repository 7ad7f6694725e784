use contracts::{EventData, Reason};

use super::routed::Routed;

/// The reason of a decision about a trial.
pub const TRIAL: &str = "trial";

/// What is left of a decision about a trial: the CRM is written to, and no turn is used, nothing is counted, no clock
/// starts and nobody is told.
pub fn only_written(routed: Routed) -> Routed {
    let Routed {
        mut draft,
        mut routing,
        ..
    } = routed;
    let is_written = |it: &EventData| matches!(it, EventData::CrmWriteRequested { .. });
    draft.emits.retain(is_written);
    draft.reasons.push(Reason::note(
        TRIAL,
        None,
        "made by `fairlead try`: no turn is used, nothing is counted, no clock starts and nobody is told",
    ));
    routing.counted = None;
    routing.held_until = None;
    Routed {
        draft,
        routing,
        pool: None,
        left: None,
    }
}
