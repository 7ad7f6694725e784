//! lead → owner: the first rule that holds names a person, a pool, a field or nobody.

mod choice;
mod counted;
mod keep;
mod reasons;
mod reassign;
mod refused;
mod removed;
mod routed;

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use crate::{
    absences::until,
    clocks,
    facts::Facts,
    rotation::{Picked, RotationError, pick, without},
    rules::{Rules, Staffing},
};
use refused::{REFUSED_FOR_ALL, all_refused};

pub use choice::{Choice, Chosen, choose, deciding_rule};
pub use counted::{counted_anew, counts_for, hand_over};
pub use keep::{ALREADY_OWNED, BY_HAND, arrived, handed_on, keep, pool_handed_on};
pub use reasons::MOST_REASONS;
pub use reassign::{Overdue, REASSIGNED, reassign};
pub use refused::{REFUSED, refused};
pub use removed::{OWNER_REMOVED, owner_removed};
pub use routed::Routed;

/// What is to be done with a lead.
#[derive(Debug, Clone, PartialEq)]
pub enum Todo {
    /// Nothing follows.
    Nothing,
    /// The CRM names this owner: keep to it.
    Keep(PersonId),
    /// The CRM shows the owner to whom a lead was reassigned: from now on, whoever it names is meant.
    Arrived,
    /// The rules are to be asked, and say this.
    Route(Choice),
}

/// What is to be done with a lead, before any pool is read.
#[must_use]
pub fn consider(
    rules: &Rules,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Todo {
    let facts = Facts::of(rules, record, now);
    if !facts.is_open() {
        return Todo::Nothing;
    }
    if let Some(owner) = record.owner() {
        let ours = before.and_then(|before| before.owner.as_ref()) == Some(owner);
        let none = BTreeSet::new();
        let taken_from = before.map_or(&none, |before| &before.taken_from);
        return match (ours, taken_from.is_empty()) {
            (true, true) => Todo::Nothing,
            (true, false) => Todo::Arrived,
            // This copy was made before our write arrived.
            (false, _) if taken_from.contains(owner) => Todo::Nothing,
            (false, _) => Todo::Keep(owner.clone()),
        };
    }
    let status = before.map(|before| before.status);
    if matches!(
        status,
        Some(RoutingStatus::Routed | RoutingStatus::OwnedByHand)
    ) {
        // Our owner is on the way into the CRM; this copy was made before it arrived.
        return Todo::Nothing;
    }
    if before.is_some_and(|before| before.rule == OWNER_REMOVED) {
        // A person took the owner off, and a person names the next.
        return Todo::Nothing;
    }
    let choice = choose(&facts);
    // Left or waiting: judged again with every change, but said again only if it comes out
    // differently.
    let same = |before: &RoutingState| {
        let rule = match all_refused(rules, &choice.chosen, &before.refused) {
            Some(_) => REFUSED,
            None => &choice.rule,
        };
        before.rule == rule
    };
    if before.is_some_and(same) {
        return Todo::Nothing;
    }
    Todo::Route(choice)
}

/// Routes a lead by the rule that was chosen, with the rotation of its pool. Those whom the CRM
/// refused as its owner `before` are not asked again: where the rule names nobody else, it waits.
///
/// The same where its pool has nobody who has started and not left.
///
/// # Errors
/// If somebody is owed more than can be kept, or if it was not read what a member has in hand.
pub fn route(
    staffing: &Staffing,
    record: &Record,
    choice: Choice,
    before: Option<&RoutingState>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Routed, RotationError> {
    let mut reasons = choice.reasons;
    let refused = before.map_or_else(BTreeSet::new, |before| before.refused.clone());
    let mut routing = RoutingState {
        status: RoutingStatus::Routed,
        owner: None,
        rule: choice.rule,
        pool: None,
        at: now,
        out_of_turn: true,
        reassigned: before.map_or_else(Vec::new, |before| before.reassigned.clone()),
        taken_from: BTreeSet::new(),
        refused,
        counted: None,
        sequence: 0,
    };
    let mut turned = None;
    let all_refused = all_refused(staffing, &choice.chosen, &routing.refused);
    match (all_refused, choice.chosen) {
        (Some(reason), _) => {
            reasons.push(reason);
            routing.status = RoutingStatus::Waiting;
            routing.rule = REFUSED.to_owned();
        }
        (None, Chosen::Person(person)) => {
            reasons.extend(named_though_away(staffing, &person, now));
            routing.owner = Some(person);
        }
        (None, Chosen::Nobody) => routing.status = RoutingStatus::Left,
        (None, Chosen::NoRule) => routing.status = RoutingStatus::Waiting,
        (None, Chosen::Pool(name)) => {
            let (reason, rotation) = by_pool(staffing, &name, &mut routing, rotation, now)?;
            reasons.push(reason);
            turned = rotation.map(|rotation| (name, rotation));
        }
    }
    let mut draft = DecisionDraft {
        facts: choice.facts,
        outcome: outcome(&routing),
        emits: emits(staffing, record, &routing, now),
        reasons,
    };
    if let Some(stage) = choice.move_to {
        draft.emits.push(EventData::CrmWriteRequested {
            write: CrmWrite::Stage {
                only_if: Facts::of(staffing, record, now).stage().map(str::to_owned),
                to: stage,
            },
        });
    }
    Ok(Routed {
        draft,
        routing,
        pool: turned,
    })
}

/// Gives a lead to the next of a pool, or lets it wait where nobody is there: why, and the rotation then.
fn by_pool(
    staffing: &Staffing,
    name: &str,
    routing: &mut RoutingState,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<(Reason, Option<PoolState>), RotationError> {
    match turn(staffing, name, &routing.refused, rotation, now) {
        Ok((picked, reason)) => {
            routing.owner = Some(picked.person);
            routing.out_of_turn = !picked.in_turn;
            routing.pool = Some(name.to_owned());
            Ok((reason, picked.rotation))
        }
        Err(RotationError::Nobody(_)) => {
            routing.status = RoutingStatus::Waiting;
            routing.rule = NOBODY_THERE.to_owned();
            Ok((nobody_there(staffing, name), None))
        }
        Err(why) => Err(why),
    }
}

/// The rule's name where nobody is left in the pool that a rule names.
pub const NOBODY_THERE: &str = "nobody_there";

/// Why a lead waits though a rule names a pool.
fn nobody_there(rules: &Rules, name: &str) -> Reason {
    let place = rules.model.pools.get(name).map(|pool| pool.place);
    let note = format!("pool {name} has nobody who has started and not left, and may have it");
    Reason::note(format!("pools.{name}"), place, note)
}

/// Whose turn of a pool it is, and why.
fn turn(
    staffing: &Staffing,
    name: &str,
    refused: &BTreeSet<PersonId>,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<(Picked, Reason), RotationError> {
    let nobody = || RotationError::Nobody(name.to_owned());
    let known = staffing.model.pools.get(name).ok_or_else(nobody)?;
    let pool = without(known, |person| refused.contains(person)).ok_or_else(nobody)?;
    let mut picked = pick(name, &pool, rotation, staffing, now)?;
    let because = std::mem::take(&mut picked.because);
    let reason = Reason::note(format!("pools.{name}"), Some(known.place), because);
    Ok((picked, reason))
}

/// What is said of a person whom a rule names, and who is away. Only a pool passes over them.
fn named_though_away(staffing: &Staffing, person: &PersonId, now: Timestamp) -> Option<Reason> {
    let absence = staffing.absences().at(person, now)?;
    let until = until(absence.span.to, staffing.zone_of(person));
    let place = staffing.model.people.get(person).map(|known| known.place);
    let note = format!("{person} is away until {until}; the rule names them all the same");
    Some(Reason::note(format!("people.{person}"), place, note))
}

fn outcome(routing: &RoutingState) -> String {
    match (&routing.owner, &routing.pool) {
        (Some(owner), Some(pool)) => {
            format!(
                "routed to {owner} from pool {pool} by rule {}",
                routing.rule
            )
        }
        (Some(owner), None) => format!("routed to {owner} by rule {}", routing.rule),
        (None, _) if routing.status == RoutingStatus::Left => {
            format!("left without an owner by rule {}", routing.rule)
        }
        (None, _) if routing.rule == REFUSED => REFUSED_FOR_ALL.to_owned(),
        (None, _) if routing.rule == NOBODY_THERE => {
            "waiting: nobody is left in the pool that could have it".to_owned()
        }
        (None, _) => "waiting: no rule names anybody".to_owned(),
    }
}

fn emits(
    staffing: &Staffing,
    record: &Record,
    routing: &RoutingState,
    now: Timestamp,
) -> Vec<EventData> {
    let Some(owner) = &routing.owner else {
        return match routing.status {
            RoutingStatus::Waiting => vec![EventData::LeadWaiting {
                rule: routing.rule.clone(),
            }],
            _ => Vec::new(),
        };
    };
    vec![
        EventData::LeadRouted {
            owner: owner.clone(),
            rule: routing.rule.clone(),
            pool: routing.pool.clone(),
        },
        EventData::CrmWriteRequested {
            write: CrmWrite::Owner {
                to: owner.clone(),
                only_if: None,
            },
        },
        EventData::NoticeRequested {
            to: owner.clone(),
            notice: Notice::LeadAssigned {
                rule: routing.rule.clone(),
                respond_by: clocks::first_due(staffing, record, owner, now),
            },
        },
    ]
}
