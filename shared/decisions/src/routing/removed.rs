//! The owner was taken off in the CRM: the lead is nobody's.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, Reason,
    state::{RoutingState, RoutingStatus},
};
use crm::RecordKind;
use jiff::Timestamp;

use super::routed::Routed;
use crate::edges::Edge;

/// The rule's name where the owner was taken off in the CRM.
pub const OWNER_REMOVED: &str = "owner_removed";

/// What follows when a copy tells that the CRM names no owner any more; nothing if nobody had the lead,
/// or if it was routed by that copy or a newer one: what was known then is no news.
///
/// It waits, in view, until the CRM names somebody. Whoever took the owner off meant something by it, so
/// no rule undoes it at the next change of another field; and nobody's turn is given back as long as no
/// other has it.
#[must_use]
pub fn owner_removed(
    kind: RecordKind,
    before: Option<&RoutingState>,
    (edges, sequence): (&[Edge<'_>], u64),
    now: Timestamp,
) -> Option<Routed> {
    let before = before.filter(|before| sequence > before.sequence)?;
    let owner = before.owner.as_ref()?;
    if !edges.contains(&Edge::OwnerRemoved) {
        return None;
    }
    let note = format!(
        "the CRM names no owner any more; it was {owner}: it waits until somebody is named there"
    );
    let rule = format!("routing.{kind}.{OWNER_REMOVED}");
    Some(Routed {
        draft: DecisionDraft {
            outcome: format!("waiting: {owner} was taken off in the CRM"),
            reasons: vec![Reason::note(rule, None, note)],
            emits: vec![EventData::RecordWaiting {
                rule: OWNER_REMOVED.to_owned(),
            }],
            ..DecisionDraft::default()
        },
        routing: RoutingState {
            status: RoutingStatus::Waiting,
            owner: None,
            rule: OWNER_REMOVED.to_owned(),
            pool: None,
            at: now,
            out_of_turn: true,
            // No write is on its way any more: whoever the CRM names is meant.
            taken_from: BTreeSet::new(),
            put_off: None,
            ..before.clone()
        },
        pool: None,
        left: None,
    })
}
