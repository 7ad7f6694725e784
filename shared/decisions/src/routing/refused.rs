//! The CRM refuses for good the owner a lead was given: the next of its pool gets it, or it waits in
//! view.

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use super::{choice::Chosen, keep::keep, routed::Routed};
use crate::{
    clocks,
    facts::Facts,
    rotation::{Picked, RotationError, Transfer, leave, transfer},
    rules::{Rules, Staffing},
};

/// The rule's name where the CRM refused everybody who could have the lead.
pub const REFUSED: &str = "refused_by_crm";

/// What is said of such a lead.
pub(super) const REFUSED_FOR_ALL: &str = "waiting: the CRM refuses everybody who could have it";

/// That the CRM refused everybody whom a rule names; none as long as it can be somebody's.
pub(super) fn all_refused(
    rules: &Rules,
    chosen: &Chosen,
    refused: &BTreeSet<PersonId>,
) -> Option<Reason> {
    let (rule, place, whom) = match chosen {
        Chosen::Person(person) if refused.contains(person) => (
            format!("people.{person}"),
            rules.model.people.get(person).map(|known| known.place),
            person.to_string(),
        ),
        Chosen::Pool(name) => {
            let pool = rules.model.pools.get(name)?;
            if !pool.weights.keys().all(|person| refused.contains(person)) {
                return None;
            }
            let whom = format!("everybody of pool {name}");
            (format!("pools.{name}"), Some(pool.place), whom)
        }
        Chosen::Person(_) | Chosen::Queue(_) | Chosen::Nobody | Chosen::NoRule => return None,
    };
    Some(Reason::note(rule, place, format!("the CRM refuses {whom}")))
}

/// What follows when the CRM refuses `person` as the owner of a lead, for the reason `why`; nothing
/// if they are not its owner any more, or if somebody else is by now.
///
/// The turn that it cost them moves to the next of the pool. Where nobody is left, or a rule named
/// them, the turn is given back: the lead stays with whom the CRM shows, or has no owner and says so,
/// so that it can be found.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn refused(
    staffing: &Staffing,
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
            && Facts::of(staffing, record, now).is_open()
    }) else {
        return Ok(None);
    };
    let mut all_refused = before.refused.clone();
    all_refused.insert(person.clone());
    let note = Reason::note(
        format!("people.{person}"),
        staffing.model.people.get(person).map(|known| known.place),
        format!("the CRM refuses {person} as the owner: {why}"),
    );
    let pool = before.pool.as_ref();
    let pool = pool.and_then(|name| staffing.model.pools.get_key_value(name));
    let in_turn = !before.out_of_turn;
    if let Some((name, pool)) = pool {
        let earlier: BTreeSet<_> = before.reassigned.iter().map(|it| it.from.clone()).collect();
        let transferred = Transfer {
            from: person,
            earlier: &earlier,
            refused: &all_refused,
            in_turn,
        };
        if let Some(picked) = transfer(name, pool, rotation, transferred, staffing, now)? {
            let why = (note, all_refused);
            return Ok(Some(given(staffing, record, before, picked, why, now)));
        }
    }
    let left = match pool {
        Some((name, pool)) if in_turn => Some((name.clone(), leave(name, pool, rotation, person)?)),
        _ => None,
    };
    let routed = match record.owner() {
        Some(shown) => stays(record, before, shown, note, now),
        None => waits(before, note, all_refused, now),
    };
    Ok(Some(Routed {
        pool: left,
        ..routed
    }))
}

/// The CRM still shows whom the lead was taken from: it stays theirs.
fn stays(
    record: &Record,
    before: &RoutingState,
    shown: &PersonId,
    note: Reason,
    now: Timestamp,
) -> Routed {
    let mut routed = keep(record, Some(before), shown.clone(), now);
    routed.draft.outcome =
        format!("stays with {shown}: the CRM refuses everybody else who could have it");
    routed.draft.reasons.insert(0, note);
    routed
}

fn given(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    picked: Picked,
    (note, refused): (Reason, BTreeSet<PersonId>),
    now: Timestamp,
) -> Routed {
    let to = picked.person;
    let pool = before.pool.clone();
    let place = pool
        .as_ref()
        .and_then(|name| staffing.model.pools.get(name));
    let because = Reason::note(
        format!("pools.{}", pool.as_deref().unwrap_or_default()),
        place.map(|pool| pool.place),
        picked.because,
    );
    let shown = record.owner().cloned();
    let mut taken_from = before.taken_from.clone();
    taken_from.remove(&to);
    let routing = RoutingState {
        owner: Some(to.clone()),
        taken_from,
        at: now,
        out_of_turn: !picked.in_turn,
        refused,
        ..before.clone()
    };
    let emits = vec![
        EventData::RecordRouted {
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
                respond_by: clocks::first_due_anew(staffing, record, &to, now),
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
        left: None,
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
            outcome: REFUSED_FOR_ALL.to_owned(),
            reasons: vec![note],
            emits: vec![EventData::RecordWaiting {
                rule: REFUSED.to_owned(),
            }],
            ..DecisionDraft::default()
        },
        routing: RoutingState {
            status: RoutingStatus::Waiting,
            owner: None,
            rule: REFUSED.to_owned(),
            at: now,
            out_of_turn: true,
            // No write is on its way any more: whoever the CRM names is meant.
            taken_from: BTreeSet::new(),
            refused,
            ..before.clone()
        },
        pool: None,
        left: None,
    }
}
