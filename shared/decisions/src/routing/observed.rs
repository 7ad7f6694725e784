//! Routing in a shadow month: to whom a record would go is decided and recorded; nobody gets it.

use contracts::{
    EventData, Reason,
    state::{RoutingState, RoutingStatus},
};
use crm::Record;
use jiff::{SignedDuration, Timestamp};

use super::routed::Routed;
use crate::{rules::Rules, shadow::WOULD};

/// The reason of a decision of which nothing is written yet.
pub const OBSERVED: &str = "enforcement.observe_until";

/// What is left of a decision in a shadow month: what it would have written. No turn is used, nothing is counted, no
/// clock starts and nobody is told. Whose it is stays theirs; what is nobody's waits, and is judged again when the
/// month is over.
///
/// A decision that writes nothing stays as it is, and so does one about a trial.
pub fn only_observed(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    mut routed: Routed,
    now: Timestamp,
) -> Routed {
    let Some(until) = rules
        .observes_until(now)
        .filter(|_| !record.is_trial() && writes(&routed))
    else {
        return routed;
    };
    let owned = before.filter(|_| record.owner().is_some());
    let routing = match owned {
        Some(before) => RoutingState {
            sequence: routed.routing.sequence,
            ..before.clone()
        },
        None => nobodys(&routed.routing, until, now),
    };
    let emits = std::mem::take(&mut routed.draft.emits);
    let observed = emits.into_iter().filter_map(|event| match event {
        EventData::CrmWriteRequested { write } => Some(EventData::CrmWriteObserved(write)),
        _ => None,
    });
    routed.draft.emits = observed.collect();
    if owned.is_none() && routing.status == RoutingStatus::Waiting {
        let rule = routing.rule.clone();
        routed.draft.emits.push(EventData::RecordWaiting { rule });
    }
    routed.draft.outcome = format!("{WOULD}: {}", routed.draft.outcome);
    routed.draft.reasons.push(reason(rules, until));
    Routed {
        routing,
        pool: None,
        left: None,
        ..routed
    }
}

/// Whether nothing else can come of it than before: it was only observed then, and is yet.
pub(super) fn is_yet(rules: &Rules, before: &RoutingState, now: Timestamp) -> Option<bool> {
    let until = before.observed_until?;
    Some(rules.observes_until(now) == Some(until))
}

fn writes(routed: &Routed) -> bool {
    let mut emits = routed.draft.emits.iter();
    emits.any(|it| matches!(it, EventData::CrmWriteRequested { .. }))
}

fn nobodys(would: &RoutingState, until: Timestamp, now: Timestamp) -> RoutingState {
    RoutingState {
        status: match would.status {
            RoutingStatus::Left => RoutingStatus::Left,
            _ => RoutingStatus::Waiting,
        },
        reassigned: would.reassigned.clone(),
        refused: would.refused.clone(),
        rerouted: would.rerouted.clone(),
        sequence: would.sequence,
        observed_until: Some(until),
        ..RoutingState::waiting(would.rule.clone(), now)
    }
}

fn reason(rules: &Rules, until: Timestamp) -> Reason {
    let last = until.checked_sub(SignedDuration::from_secs(1));
    let last = last.unwrap_or(until).to_zoned(rules.company_zone().clone());
    let note = format!(
        "the whole model only observes until the end of {}: nothing is written into the CRM, and no turn is used",
        last.strftime("%a %d %b %Y")
    );
    let place = rules.model.enforcement.as_ref().map(|it| it.place);
    Reason::note(OBSERVED, place, note)
}
