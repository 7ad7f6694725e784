//! The CRM names an owner, and that is who it is.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, Reason,
    state::{RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use super::routed::Routed;

/// The rule's name where the CRM named an owner before any rule was asked.
pub const ALREADY_OWNED: &str = "already_owned";

/// The rule's name where a person named another owner in the CRM.
pub const BY_HAND: &str = "by_hand";

/// The CRM shows the owner to whom a lead was reassigned.
pub fn arrived(before: &RoutingState) -> Routed {
    let owner = before.owner.as_ref().map(ToString::to_string);
    Routed {
        draft: DecisionDraft {
            outcome: format!("the CRM shows {} as the owner", owner.unwrap_or_default()),
            ..DecisionDraft::default()
        },
        routing: RoutingState {
            taken_from: BTreeSet::new(),
            ..before.clone()
        },
        pool: None,
    }
}

/// Keeps the owner whom the CRM names.
pub fn keep(
    record: &Record,
    before: Option<&RoutingState>,
    owner: PersonId,
    now: Timestamp,
) -> Routed {
    let rule = if before.is_some() {
        BY_HAND
    } else {
        ALREADY_OWNED
    };
    let note = match before.and_then(|before| before.owner.as_ref()) {
        Some(previous) => format!("the CRM names {owner} as the owner; it was {previous}"),
        None => format!("the CRM names {owner} as the owner"),
    };
    let mut draft = DecisionDraft {
        outcome: format!("{owner} owns it: set in the CRM by hand"),
        emits: vec![EventData::LeadRouted {
            owner: owner.clone(),
            rule: rule.to_owned(),
            pool: None,
        }],
        reasons: vec![Reason::note(format!("routing.lead.{rule}"), None, note)],
        ..DecisionDraft::default()
    };
    draft
        .facts
        .insert(format!("{}.owner", record.id.kind), owner.to_string());
    Routed {
        draft,
        routing: RoutingState {
            status: RoutingStatus::OwnedByHand,
            owner: Some(owner),
            rule: rule.to_owned(),
            pool: None,
            at: now,
            out_of_turn: true,
            reassigned: before.map_or_else(Vec::new, |before| before.reassigned.clone()),
            taken_from: BTreeSet::new(),
            refused: BTreeSet::new(),
            counted: None,
            sequence: 0,
        },
        pool: None,
    }
}
