//! lead → owner: the first rule that holds names a person, a pool, a field or nobody.

mod choice;
mod reasons;
mod reassign;
mod refused;
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
    rotation::{RotationError, pick},
    rules::{Rules, Staffing},
};

pub use choice::{Choice, Chosen, choose, deciding_rule};
pub use reasons::MOST_REASONS;
pub use reassign::{Overdue, REASSIGNED, reassign};
pub use refused::{REFUSED, refused};
pub use routed::Routed;

/// The rule's name where the CRM named an owner before any rule was asked.
pub const ALREADY_OWNED: &str = "already_owned";

/// The rule's name where a person named another owner in the CRM.
pub const BY_HAND: &str = "by_hand";

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
    let choice = choose(&facts);
    // Left or waiting: judged again with every change, but said again only if it comes out
    // differently.
    let same = |before: &RoutingState| match &choice.chosen {
        // The CRM would refuse them again.
        Chosen::Person(person) if before.refused.contains(person) => true,
        Chosen::Pool(pool) if before.rule == REFUSED => before.pool.as_ref() == Some(pool),
        _ => before.rule == choice.rule,
    };
    if before.is_some_and(same) {
        return Todo::Nothing;
    }
    Todo::Route(choice)
}

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
        },
        pool: None,
    }
}

/// Routes a lead by the rule that was chosen, with the rotation of its pool.
///
/// # Errors
/// If the pool has nobody, or its rotation cannot be read.
pub fn route(
    rules: &Staffing,
    record: &Record,
    choice: Choice,
    rotation: &PoolState,
    now: Timestamp,
) -> Result<Routed, RotationError> {
    let mut reasons = choice.reasons;
    let (owner, pool, status) = match choice.chosen {
        Chosen::Person(person) => {
            reasons.extend(named_though_away(rules, &person, now));
            (Some(person), None, RoutingStatus::Routed)
        }
        Chosen::Nobody => (None, None, RoutingStatus::Left),
        Chosen::NoRule => (None, None, RoutingStatus::Waiting),
        Chosen::Pool(name) => {
            let Some(pool) = rules.model.pools.get(&name) else {
                return Err(RotationError::Nobody(name));
            };
            let picked = pick(&name, pool, rotation, rules, now)?;
            reasons.push(Reason::note(
                format!("pools.{name}"),
                Some(pool.place),
                picked.because,
            ));
            (
                Some(picked.person),
                Some((name, picked.rotation)),
                RoutingStatus::Routed,
            )
        }
    };
    let pool_name = pool.as_ref().map(|(name, _)| name.clone());
    let in_turn = matches!(&pool, Some((_, Some(_))));
    let routing = RoutingState {
        status,
        owner,
        rule: choice.rule,
        pool: pool_name,
        at: now,
        out_of_turn: !in_turn,
        reassigned: Vec::new(),
        taken_from: BTreeSet::new(),
        refused: BTreeSet::new(),
    };
    let mut draft = DecisionDraft {
        facts: choice.facts,
        outcome: outcome(&routing),
        emits: emits(rules, record, &routing, now),
        reasons,
    };
    if let Some(stage) = choice.move_to {
        draft.emits.push(EventData::CrmWriteRequested {
            write: CrmWrite::Stage {
                only_if: Facts::of(rules, record, now).stage().map(str::to_owned),
                to: stage,
            },
        });
    }
    Ok(Routed {
        draft,
        routing,
        pool: pool.and_then(|(name, rotation)| Some((name, rotation?))),
    })
}

/// What is said of a person whom a rule names, and who is away. Only a pool passes over them.
fn named_though_away(rules: &Staffing, person: &PersonId, now: Timestamp) -> Option<Reason> {
    let absence = rules.absences().at(person, now)?;
    let until = until(absence.span.to, rules.zone_of(person));
    let place = rules.model.people.get(person).map(|known| known.place);
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
        (None, _) => "waiting: no rule names anybody".to_owned(),
    }
}

fn emits(
    rules: &Staffing,
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
                respond_by: clocks::first_due(rules, record, owner, now),
            },
        },
    ]
}
