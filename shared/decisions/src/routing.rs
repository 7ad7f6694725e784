//! lead, opportunity or account → owner: the first rule that holds names a person, a pool, a queue, a field or
//! nobody.

mod again;
mod choice;
mod counted;
mod filled;
mod found;
mod given;
mod held;
mod hidden;
mod joined;
mod keep;
mod leads;
mod left;
mod merged;
mod moves;
mod named;
mod observed;
mod queued;
mod reasons;
mod reassign;
mod refused;
mod removed;
mod replay;
mod routed;
mod trial;
mod waiting;
mod would;

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{NOT_FILLED, PoolState, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;

use crate::{
    clocks,
    facts::Facts,
    rotation::{Picked, RotationError, pick, without},
    rules::{Rules, Staffing},
};
use named::{Named, named};
use refused::{REFUSED_FOR_ALL, all_refused};

pub use again::{Again, Happened, REROUTED, again};
pub use choice::{Choice, Chosen, choose, deciding_rule};
pub use counted::{counted_anew, counts_for, hand_over};
pub use found::FOUND;
pub use given::route_again;
pub use held::{held_over, hold};
pub use joined::{JOINS, Theirs, found_otherwise, identity, identity_to_keep, join, theirs};
pub use keep::{ALREADY_OWNED, BY_HAND, arrived, handed_on, keep, pool_handed_on};
pub use leads::{Leads, leads};
pub use left::{OwnerGone, leaver_of, owner_gone};
pub use merged::{MERGED, ends_merged, merged};
pub use moves::{Moves, Moving, Reroute, Way, amount_of, moves};
pub use named::in_their_place;
pub use observed::{OBSERVED, only_observed};
pub use queued::TAKEN;
pub use reasons::MOST_REASONS;
pub use reassign::{Overdue, REASSIGNED, reassign};
pub use refused::{REFUSED, refused};
pub use removed::{OWNER_REMOVED, owner_removed};
pub use replay::{Led, NotByRules, Stood, led};
pub use routed::{NOBODY_THERE, Routed};
pub use trial::{TRIAL, only_written};
pub use would::{Rotations, would};

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
    /// It waits for facts before any rule decides, or does not wait any more, since it was closed.
    Wait(Box<Routed>),
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
        let waits =
            |before: &RoutingState| before.waits.is_some() || before.observed_until.is_some();
        return match before.is_some_and(waits) {
            true => Todo::Wait(Box::new(waiting::gave_up(&facts, now))),
            false => Todo::Nothing,
        };
    }
    if let Some(owner) = record.owner() {
        let ours = before.and_then(|before| before.owner.as_ref()) == Some(owner);
        let none = BTreeSet::new();
        let taken_from = before.map_or(&none, |before| &before.taken_from);
        let done = before.is_none_or(|before| before.put_off.is_none());
        return match (ours, taken_from.is_empty() && done) {
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
    if record.is_past(record.modified) {
        return match before {
            None => Todo::Wait(Box::new(found::left_as_found(&facts, now))),
            Some(_) => Todo::Nothing,
        };
    }
    if let Some(waits) = waiting::waits(&facts, before, now) {
        return match before.and_then(|before| before.waits.as_ref()) {
            Some(known) if *known == waits => Todo::Nothing,
            _ => Todo::Wait(Box::new(waiting::wait(&facts, waits, now))),
        };
    }
    let choice = queued::when_over(rules, filled::or_rules(&facts), before, now);
    // Left or waiting: judged again with every change, but said again only if it comes out
    // differently.
    let same = |before: &RoutingState| {
        let rule = match all_refused(rules, &choice.chosen, &before.refused) {
            Some(_) => REFUSED,
            None => &choice.rule,
        };
        let stands = observed::is_yet(rules, before, now).unwrap_or_else(|| match &choice.chosen {
            Chosen::Queue(name) => queued::queue_of(Some(before)) == Some(name),
            _ => before.waits.is_none(),
        });
        before.rule == rule && stands
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
    let facts = Facts::of(staffing, record, now);
    let mut reasons: Vec<Reason> = waiting::waited(&facts, before).into_iter().collect();
    reasons.extend(choice.reasons);
    let mut routing = anew(choice.rule, before, now);
    let mut turned = None;
    let all_refused = all_refused(staffing, &choice.chosen, &routing.refused);
    match (all_refused, choice.chosen) {
        (Some(reason), _) => {
            reasons.push(reason);
            routing.status = RoutingStatus::Waiting;
            routing.rule = REFUSED.to_owned();
        }
        (None, Chosen::Person(person)) => match named(staffing, &person, &routing.refused, now) {
            Named::Gets(person, away) => {
                reasons.extend(away);
                routing.owner = Some(person);
            }
            Named::Waits(waits, away) => {
                reasons.push(away);
                routing.status = RoutingStatus::Waiting;
                routing.waits = Some(waits);
            }
        },
        (None, Chosen::Queue(name)) => {
            routing.status = RoutingStatus::Waiting;
            let begins = queued::begins(staffing, &name, now);
            let (waits, reason) = begins.ok_or(RotationError::Nobody(name))?;
            reasons.push(reason);
            routing.waits = Some(waits);
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
    let is_there = routing.waits.as_ref().is_none_or(|it| it.queue.is_some());
    let moves = choice.move_to.filter(|stage| facts.can_stand_at(stage));
    if let Some(stage) = moves.filter(|_| is_there) {
        draft.emits.push(EventData::CrmWriteRequested {
            write: CrmWrite::Stage {
                only_if: facts.stage().map(str::to_owned),
                to: stage,
            },
        });
    }
    Ok(Routed {
        draft,
        routing,
        pool: turned,
        left: None,
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

/// Why a lead waits though a rule names a pool.
fn nobody_there(rules: &Rules, name: &str) -> Reason {
    let place = rules.model.pools.get(name).map(|pool| pool.place);
    let note = format!("pool {name} has nobody who has started and not left, and may have it");
    Reason::note(format!("pools.{name}"), place, note)
}

/// A lead that a rule is about to give to somebody.
fn anew(rule: String, before: Option<&RoutingState>, now: Timestamp) -> RoutingState {
    RoutingState {
        status: RoutingStatus::Routed,
        reassigned: before.map_or_else(Vec::new, |before| before.reassigned.clone()),
        refused: before.map_or_else(BTreeSet::new, |before| before.refused.clone()),
        rerouted: before.map_or_else(Vec::new, |before| before.rerouted.clone()),
        ..RoutingState::waiting(rule, now)
    }
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
        (None, _) if queued::queue_of(Some(routing)).is_some() => {
            let queue = queued::queue_of(Some(routing)).unwrap_or_default();
            if routing.rule == NOT_FILLED {
                return format!("in queue {queue} until what is wanting is filled in");
            }
            format!("in queue {queue} by rule {}", routing.rule)
        }
        (None, _) if routing.waits.is_some() => {
            let person = routing
                .waits
                .as_ref()
                .and_then(|waits| waits.person.as_ref());
            let person = person.map(ToString::to_string).unwrap_or_default();
            format!(
                "waiting until {person} is back, whom rule {} names",
                routing.rule
            )
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
            RoutingStatus::Waiting => vec![EventData::RecordWaiting {
                rule: routing.rule.clone(),
            }],
            _ => Vec::new(),
        };
    };
    vec![
        EventData::RecordRouted {
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
