//! The CRM names an owner, and that is who it is.

use std::collections::BTreeSet;

use contracts::{
    DecisionDraft, EventData, Reason,
    state::{PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use super::{
    queued::{TAKEN, queue_of, taken_by_another},
    routed::Routed,
};
use crate::{
    rotation::{RotationError, hand_on},
    rules::Rules,
};

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
            put_off: None,
            ..before.clone()
        },
        pool: None,
        left: None,
    }
}

/// Keeps the owner whom the CRM names.
pub fn keep(
    record: &Record,
    before: Option<&RoutingState>,
    owner: PersonId,
    now: Timestamp,
) -> Routed {
    let queue = queue_of(before);
    let rule = match (before, queue) {
        (_, Some(_)) => TAKEN,
        (Some(_), None) => BY_HAND,
        (None, None) => ALREADY_OWNED,
    };
    let outcome = match queue {
        Some(queue) => format!("{owner} has taken it from queue {queue}"),
        None => format!("{owner} owns it: set in the CRM by hand"),
    };
    let note = match before.and_then(|before| before.owner.as_ref()) {
        Some(previous) => format!("the CRM names {owner} as the owner; it was {previous}"),
        None => format!("the CRM names {owner} as the owner"),
    };
    let mut draft = DecisionDraft {
        outcome,
        emits: vec![EventData::RecordRouted {
            owner: owner.clone(),
            rule: rule.to_owned(),
            pool: None,
        }],
        reasons: vec![Reason::note(
            format!("routing.{}.{rule}", record.id.kind),
            None,
            note,
        )],
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
            reassigned: before.map_or_else(Vec::new, |before| before.reassigned.clone()),
            rerouted: before.map_or_else(Vec::new, |before| before.rerouted.clone()),
            ..RoutingState::waiting(rule, now)
        },
        pool: None,
        left: None,
    }
}

/// The pool of which a lead that another has by hand cost its owner a turn.
#[must_use]
pub fn pool_handed_on(before: Option<&RoutingState>, owner: &PersonId) -> Option<String> {
    let before = before.filter(|before| {
        before.status == RoutingStatus::Routed
            && !before.out_of_turn
            && before.owner.as_ref() != Some(owner)
    })?;
    before.pool.clone()
}

/// What is kept, with the turn that the lead cost: whoever it was given to by hand has had it, if they are
/// of the same pool; and else nobody has.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn handed_on(
    rules: &Rules,
    mut kept: Routed,
    before: Option<&RoutingState>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Routed, RotationError> {
    if let (Some(queue), Some(owner)) = (queue_of(before), &kept.routing.owner) {
        let another = taken_by_another(rules, queue, owner);
        kept.draft.reasons.extend(another);
    }
    let from = before.and_then(|before| before.owner.as_ref());
    let to = kept.routing.owner.clone();
    let (Some(from), Some(to)) = (from, to) else {
        return Ok(kept);
    };
    let Some(name) = pool_handed_on(before, &to) else {
        return Ok(kept);
    };
    let Some(pool) = rules.model.pools.get(&name) else {
        return Ok(kept);
    };
    let after = hand_on(&name, pool, rotation, (from, &to), now)?;
    if after == *rotation {
        return Ok(kept);
    }
    let note = if pool.weights.contains_key(&to) {
        format!("the turn it cost {from} is now {to}'s")
    } else {
        format!("the turn it cost {from} is given back, since {to} is not of the pool")
    };
    let reason = Reason::note(format!("pools.{name}"), Some(pool.place), note);
    kept.draft.reasons.push(reason);
    kept.pool = Some((name, after));
    Ok(kept)
}
