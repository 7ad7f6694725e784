//! Which open records would be somebody else's if the rules of a model were asked of all of them now. It
//! moves none.

use std::collections::{BTreeMap, BTreeSet};

use contracts::{
    Verdict,
    state::{RoutingState, RoutingStatus, Waits},
};
use crm::{Decimal, FieldType, PersonId, Record, RecordId, Value};
use jiff::Timestamp;
use model::{Condition, LeaversThen};

use super::{
    Leads, OWNER_REMOVED, REASSIGNED, REROUTED, leads, leaver_of,
    named::{Named, named},
    queued::queue_of,
    refused::all_refused,
};
use crate::{condition::verdict, facts::Facts, people::owner_of, rules::Staffing};

/// What would become of an open record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Moves {
    /// It stays where it is.
    Stays,
    /// A person gave it to its owner, took its owner off, or it had one before we saw it: it stays so.
    ByHand,
    /// A late clock gave it on, or it was routed again to whom the edge names: it stays with whom it came to.
    GivenOn,
    /// It waits still for what usually comes.
    Waits,
    /// It would be another's.
    To {
        /// Whose it is now, if it is somebody's.
        from: Option<PersonId>,
        /// By which rule it came to them.
        by: Option<String>,
        /// To whom the rules lead now.
        to: Leads,
        /// By which rule.
        rule: String,
    },
}

/// What would become of an open record, and none of a closed one. A pool that would have it leaves it where it
/// is with any of its members, and a queue with anybody of its team.
#[must_use]
pub fn moves(
    staffing: &Staffing,
    record: &Record,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Moves> {
    let facts = Facts::of(staffing, record, now);
    if !facts.is_open() {
        return None;
    }
    let owner = owner_of(record, before);
    if let Some((from, terms, _)) = leaver_of(staffing, record, now) {
        let goes = terms.then == LeaversThen::Reroute;
        return Some(of_leaver(staffing, &facts, before.filter(|_| goes), from));
    }
    if is_by_hand(record, owner, before) {
        return Some(Moves::ByHand);
    }
    let waiting = |before: &RoutingState| {
        let waits = before.waits.as_ref();
        waits.is_some_and(Waits::for_facts)
    };
    let (rule, to) = leads(&facts, before);
    if matches!(to, Leads::Waits(_)) || owner.is_none() && before.is_some_and(waiting) {
        return Some(Moves::Waits);
    }
    let to = settled(staffing, to, before, now);
    if is_theirs(staffing, owner, before, to.as_ref()) {
        return Some(Moves::Stays);
    }
    let by = before.map(|before| before.rule.as_str());
    if owner.is_some() && matches!(by, Some(REASSIGNED | REROUTED)) {
        return Some(Moves::GivenOn);
    }
    to.map(|to| Moves::To {
        from: owner.cloned(),
        by: by.map(str::to_owned),
        to,
        rule,
    })
    .or(Some(Moves::Stays))
}

/// What would become of a record of somebody who has left: another of its pool would have it too. It stays
/// where somebody is asked instead, and where no rule names anybody.
fn of_leaver(
    staffing: &Staffing,
    facts: &Facts<'_>,
    before: Option<&RoutingState>,
    from: &PersonId,
) -> Moves {
    let Some(before) = before else {
        return Moves::Stays;
    };
    let (rule, to) = leads(facts, Some(before));
    let to = settled(staffing, to, Some(before), facts.now);
    let to = to.filter(|to| matches!(to, Leads::Person(_) | Leads::Pool(_)));
    to.map_or(Moves::Stays, |to| Moves::To {
        from: Some(from.clone()),
        by: Some(before.rule.clone()),
        to,
        rule,
    })
}

fn is_by_hand(record: &Record, owner: Option<&PersonId>, before: Option<&RoutingState>) -> bool {
    let Some(before) = before else {
        return owner.is_some();
    };
    let named = record.owner().filter(|shown| {
        before.owner.as_ref() != Some(*shown) && !before.taken_from.contains(*shown)
    });
    let by_hand = before.status == RoutingStatus::OwnedByHand;
    by_hand || named.is_some() || before.rule == OWNER_REMOVED
}

/// Who it is that is named, if somebody is away; none if nobody would get it now, so that it stays.
fn settled(
    staffing: &Staffing,
    to: Leads,
    before: Option<&RoutingState>,
    now: Timestamp,
) -> Option<Leads> {
    let nobody = BTreeSet::new();
    let refused = before.map_or(&nobody, |before| &before.refused);
    let chosen = match &to {
        Leads::Person(person) => super::Chosen::Person(person.clone()),
        Leads::Pool(pool) => super::Chosen::Pool(pool.clone()),
        _ => return Some(to),
    };
    if all_refused(staffing, &chosen, refused).is_some() {
        return None;
    }
    match to {
        Leads::Person(person) => match named(staffing, &person, refused, now) {
            Named::Gets(person, _) => Some(Leads::Person(person)),
            // It would wait for them, and is not somebody else's meanwhile.
            Named::Waits(..) => Some(Leads::Person(person.clone())),
        },
        to => Some(to),
    }
}

/// Whether it is already where it would be.
fn is_theirs(
    staffing: &Staffing,
    owner: Option<&PersonId>,
    before: Option<&RoutingState>,
    to: Option<&Leads>,
) -> bool {
    match (to, owner) {
        (Some(Leads::Person(person)), Some(owner)) => person == owner,
        (Some(Leads::Pool(name)), Some(owner)) => {
            let pool = staffing.model.pools.get(name);
            let member = pool.is_some_and(|pool| pool.weights.contains_key(owner));
            let in_its_place = before
                .is_some_and(|before| before.out_of_turn && before.pool.as_ref() == Some(name));
            member || in_its_place
        }
        (Some(Leads::Queue(name)), Some(owner)) => {
            let team = staffing.model.queues.get(name).map(|queue| &queue.team);
            let known = staffing.model.people.get(owner);
            team.is_some() && known.and_then(|known| known.team.as_ref()) == team
        }
        (Some(Leads::Queue(name)), None) => queue_of(before) == Some(name.as_str()),
        (Some(Leads::Nobody | Leads::NoRule), None) | (None, _) => true,
        _ => false,
    }
}

/// What one record is worth: its amount, if its kind has one; of several, that which is called so.
#[must_use]
pub fn amount_of(staffing: &Staffing, record: &Record) -> Option<Decimal> {
    let fields = staffing.model.records.get(&record.id.kind)?;
    let mut amounts = fields
        .iter()
        .filter(|(_, field)| field.holds == FieldType::Money);
    let called = fields
        .get_key_value("amount")
        .filter(|(_, field)| field.holds == FieldType::Money);
    let (name, _) = called.or_else(|| amounts.next())?;
    match record.value(name)? {
        Value::Number(amount) => Some(*amount),
        _ => None,
    }
}

/// From whom to whom records would move.
pub type Way = (Option<PersonId>, Leads);

/// What would move on one way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moving {
    /// The records.
    pub records: Vec<RecordId>,
    /// By which rules.
    pub rules: BTreeSet<String>,
    /// What they are worth together, of those that have an amount; none if none has one.
    pub amount: Option<Decimal>,
}

/// What would become of many records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reroute {
    /// What would move, by its way.
    pub moving: BTreeMap<Way, Moving>,
    /// How many stay where they are.
    pub stay: usize,
    /// How many stay since a person gave them.
    pub by_hand: usize,
    /// How many stay with whom a late clock or an edge gave them on to.
    pub given_on: usize,
    /// How many wait still for what usually comes.
    pub wait: usize,
    /// How many are closed.
    pub closed: usize,
    /// How many are not asked for.
    pub not_asked: usize,
    /// Of how many it is not known whether they are asked for, since a field has no value.
    pub unknown: usize,
}

impl Reroute {
    /// Adds one record, if the condition holds of it or there is none.
    pub fn add(
        &mut self,
        staffing: &Staffing,
        record: &Record,
        before: Option<&RoutingState>,
        asked: Option<&Condition>,
        now: Timestamp,
    ) {
        let facts = Facts::of(staffing, record, now);
        let asked = asked.map_or(Verdict::Held, |asked| verdict(asked, &facts));
        let counter = match (asked, moves(staffing, record, before, now)) {
            (_, None) => &mut self.closed,
            (Verdict::NotHeld, _) => &mut self.not_asked,
            (Verdict::Unknown, _) => &mut self.unknown,
            (_, Some(Moves::Stays)) => &mut self.stay,
            (_, Some(Moves::ByHand)) => &mut self.by_hand,
            (_, Some(Moves::GivenOn)) => &mut self.given_on,
            (_, Some(Moves::Waits)) => &mut self.wait,
            (_, Some(Moves::To { from, to, rule, .. })) => {
                let moving = self.moving.entry((from, to)).or_default();
                moving.records.push(record.id.clone());
                moving.rules.insert(rule);
                if let Some(amount) = amount_of(staffing, record) {
                    let sum = moving.amount.unwrap_or_default();
                    moving.amount = Some(sum.checked_add(amount).unwrap_or(Decimal::MAX));
                }
                return;
            }
        };
        *counter = counter.saturating_add(1);
    }

    /// How many would move.
    #[must_use]
    pub fn count(&self) -> usize {
        let counts = self.moving.values().map(|moving| moving.records.len());
        counts.fold(0, usize::saturating_add)
    }
}
