use contracts::{DecisionDraft, EventData, Reason, state::GateState};
use crm::{PersonId, RecordKind, SourceName};
use jiff::Timestamp;
use model::{Lifecycle, Stage};

use super::breaker::Breakers;

/// A record that we see for the first time is judged only if it came to its stage this recently
/// (24 hours, in seconds). Whatever moved longer ago stands as it was found: Fairlead must not turn
/// back a whole pipeline on the day it is switched on.
pub(super) const JUDGED_AT_FIRST_SIGHT: i64 = 24 * 3600;

/// A decision about a stage move and the state it leads to.
#[must_use]
#[derive(Debug, Clone, PartialEq)]
pub struct Gated {
    /// The decision.
    pub draft: DecisionDraft,
    /// stage-gates' item.
    pub gate: GateState,
    /// Whose move was turned back or warned of, if one was: it counts towards what the model allows.
    pub unmet_of: Option<PersonId>,
    /// What is not judged, if it is new here.
    pub unjudged: Option<Unjudged>,
}

/// One move, as the gate sees it.
pub(super) struct Move<'a> {
    pub(super) lifecycle: &'a Lifecycle,
    /// The stage before; none for a record that began at a later stage than the first.
    pub(super) from: Option<&'a str>,
    pub(super) to: &'a Stage,
    /// When it was made, as far as the CRM tells.
    pub(super) at: Timestamp,
    /// The breakers that were read; none while it is only asked what the gate says.
    pub(super) breakers: Option<&'a Breakers>,
}

/// How a stage is named in the reasons.
pub(super) fn path(lifecycle: &Lifecycle, stage: &str) -> String {
    let here = lifecycle.stage(stage).map(|it| lifecycle.called_here(it));
    format!("lifecycles.{}.{}", lifecycle.name, here.unwrap_or(stage))
}

/// What the model does not know: a stage, a pipeline, or on which journey a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unjudged {
    pub(super) source: SourceName,
    pub(super) kind: RecordKind,
    pub(super) what: String,
}

/// Nothing was judged.
pub(super) fn settled(
    outcome: String,
    reason: Reason,
    (emits, gate): (Vec<EventData>, GateState),
) -> Gated {
    Gated {
        draft: DecisionDraft {
            outcome,
            reasons: vec![reason],
            emits,
            ..DecisionDraft::default()
        },
        gate,
        unmet_of: None,
        unjudged: None,
    }
}
