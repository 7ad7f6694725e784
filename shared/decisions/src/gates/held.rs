//! A move that was held needs no answer any more.

use contracts::{DecisionDraft, Reason, state::GateState};
use crm::RecordKind;

use super::step::Gated;

/// It was moved back by hand.
pub(super) fn moved_back(kind: RecordKind, before: &GateState) -> Option<Gated> {
    let to = &before.held.as_ref()?.to;
    let stage = &before.stage;
    let note = format!("the CRM shows {stage} again, so the move to {to} is not held any more");
    Some(settled(
        kind,
        before,
        format!("stands at {stage} again, after {to}"),
        note,
    ))
}

/// What it stands at is not judged (any more).
pub(super) fn out_of_sight(kind: RecordKind, before: &GateState) -> Option<Gated> {
    let to = &before.held.as_ref()?.to;
    let note = format!(
        "the record is where the model judges nothing, so its move to {to} is not held any more"
    );
    let outcome = format!("not held any more, after it was moved to {to}");
    Some(settled(kind, before, outcome, note))
}

/// Its record is gone.
pub(super) fn gone(kind: RecordKind, before: &GateState) -> Option<Gated> {
    let to = &before.held.as_ref()?.to;
    let note = format!("the record is gone, so its move to {to} is not held any more");
    Some(settled(
        kind,
        before,
        format!("gone, after it was moved to {to}"),
        note,
    ))
}

fn settled(kind: RecordKind, before: &GateState, outcome: String, note: String) -> Gated {
    let reason = Reason::note(path(kind, &before.stage), None, note);
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
        unjudged: None,
    }
}

/// How the stage is named in the reasons; one of another journey than the kind's own says so itself.
fn path(kind: RecordKind, stage: &str) -> String {
    if stage.contains('.') {
        format!("lifecycles.{stage}")
    } else {
        format!("lifecycles.{kind}.{stage}")
    }
}
