//! A move that was held needs no answer any more.

use contracts::{DecisionDraft, Reason, state::GateState};
use model::Lifecycle;

use super::step::{Gated, path};

/// It was moved back by hand.
pub(super) fn moved_back(lifecycle: &Lifecycle, before: &GateState) -> Option<Gated> {
    let to = &before.held.as_ref()?.to;
    let stage = &before.stage;
    let note = format!("the CRM shows {stage} again, so the move to {to} is not held any more");
    Some(settled(
        lifecycle,
        before,
        format!("stands at {stage} again, after {to}"),
        note,
    ))
}

/// Its record is gone.
pub(super) fn gone(lifecycle: &Lifecycle, before: &GateState) -> Option<Gated> {
    let to = &before.held.as_ref()?.to;
    let note = format!("the record is gone, so its move to {to} is not held any more");
    Some(settled(
        lifecycle,
        before,
        format!("gone, after it was moved to {to}"),
        note,
    ))
}

fn settled(lifecycle: &Lifecycle, before: &GateState, outcome: String, note: String) -> Gated {
    let reason = Reason::note(path(lifecycle, &before.stage), None, note);
    Gated {
        draft: DecisionDraft {
            outcome,
            reasons: vec![reason],
            ..DecisionDraft::default()
        },
        gate: GateState {
            held: None,
            ..before.clone()
        },
        unmet_of: None,
    }
}
