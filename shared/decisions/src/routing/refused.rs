//! The CRM refuses for good the owner a lead was given: the next of its pool gets it, or it waits in
//! view.

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use super::routed::Routed;
use crate::{
    clocks,
    facts::Facts,
    rotation::{Picked, RotationError, Transfer, transfer},
    rules::Staffing,
};

/// The rule's name where the CRM refused everybody who could have the lead.
pub const REFUSED: &str = "refused_by_crm";

/// What follows when the CRM refuses `person` as the owner of a lead, for the reason `why`; nothing
/// if they are not its owner any more, or if somebody else is by now.
///
/// The turn that it cost them moves to the next of the pool. Where nobody is left, or a rule named
/// them, the lead has no owner and says so, so that it can be found.
///
/// # Errors
/// If the rotation of the pool cannot be read.
pub fn refused(
    rules: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    (person, why): (&PersonId, &str),
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    let Some(before) = before.filter(|before| {
        before.status == RoutingStatus::Routed
            && before.owner.as_ref() == Some(person)
            && record.owner() != Some(person)
            && Facts::of(rules, record, now).is_open()
    }) else {
        return Ok(None);
    };
    let mut all_refused = before.refused.clone();
    all_refused.insert(person.clone());
    let note = Reason::note(
        format!("people.{person}"),
        rules.model.people.get(person).map(|known| known.place),
        format!("the CRM refuses {person} as the owner: {why}"),
    );
    let picked = next(rules, before, person, &all_refused, rotation, now)?;
    Ok(Some(match picked {
        Some(picked) => given(rules, record, before, picked, (note, all_refused), now),
        None => waits(before, note, all_refused, now),
    }))
}

fn next(
    rules: &Staffing,
    before: &RoutingState,
    person: &PersonId,
    refused: &BTreeSet<PersonId>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Option<Picked>, RotationError> {
    let pool = before.pool.as_ref();
    let Some((name, pool)) = pool.and_then(|name| rules.model.pools.get_key_value(name)) else {
        return Ok(None);
    };
    let transferred = Transfer {
        from: person,
        earlier: refused,
        in_turn: !before.out_of_turn,
    };
    let picked = transfer(name, pool, rotation, transferred, rules, now)?;
    Ok(picked.filter(|picked| !refused.contains(&picked.person)))
}

fn given(
    rules: &Staffing,
    record: &Record,
    before: &RoutingState,
    picked: Picked,
    (note, refused): (Reason, BTreeSet<PersonId>),
    now: Timestamp,
) -> Routed {
    let to = picked.person;
    let pool = before.pool.clone();
    let place = pool.as_ref().and_then(|name| rules.model.pools.get(name));
    let because = Reason::note(
        format!("pools.{}", pool.as_deref().unwrap_or_default()),
        place.map(|pool| pool.place),
        picked.because,
    );
    let shown = record.owner().cloned();
    let routing = RoutingState {
        owner: Some(to.clone()),
        at: now,
        out_of_turn: !picked.in_turn,
        refused,
        ..before.clone()
    };
    let emits = vec![
        EventData::LeadRouted {
            owner: to.clone(),
            rule: routing.rule.clone(),
            pool: pool.clone(),
        },
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner {
                to: to.clone(),
                only_if: shown,
            },
        },
        EventData::NoticeRequested {
            to: to.clone(),
            notice: Notice::LeadAssigned {
                rule: routing.rule.clone(),
                respond_by: clocks::first_due(rules, record, &to, now),
            },
        },
    ];
    Routed {
        draft: DecisionDraft {
            outcome: format!("routed to {to} instead"),
            reasons: vec![note, because],
            emits,
            ..DecisionDraft::default()
        },
        routing,
        pool: pool.zip(picked.rotation),
    }
}

fn waits(
    before: &RoutingState,
    note: Reason,
    refused: BTreeSet<PersonId>,
    now: Timestamp,
) -> Routed {
    Routed {
        draft: DecisionDraft {
            outcome: "waiting: the CRM refuses everybody who could have it".to_owned(),
            reasons: vec![note],
            emits: vec![EventData::LeadWaiting {
                rule: REFUSED.to_owned(),
            }],
            ..DecisionDraft::default()
        },
        routing: RoutingState {
            status: RoutingStatus::Waiting,
            owner: None,
            rule: REFUSED.to_owned(),
            at: now,
            refused,
            ..before.clone()
        },
        pool: None,
    }
}
