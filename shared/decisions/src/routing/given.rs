//! How a lead that is routed again is given to somebody, and its turn given back.

use std::collections::BTreeSet;

use contracts::{
    CrmWrite, DecisionDraft, EventData, Notice, Reason,
    state::{PoolState, Rerouted, RoutingState, RoutingStatus},
};
use crm::{PersonId, Record};
use jiff::Timestamp;
use model::{Pool, RerouteUpon};

use super::{
    again::Again,
    choice::Chosen,
    named::{Named, named},
    routed::Routed,
};
use crate::{
    clocks,
    facts::Facts,
    people::gone,
    rotation::{Picked, RotationError, Transfer, leave, pick, transfer, without},
    rules::Staffing,
};

/// How many of the times at which a lead was routed again are kept: as many as a limit can count.
const MOST_KEPT: usize = 100;

/// Routes a lead again, with the rotation of the pool that gives it and of the one that gave it before;
/// they may be the same. None if nobody of the pool can have it.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn route_again(
    staffing: &Staffing,
    record: &Record,
    before: &RoutingState,
    again: &Again,
    (turns, left): (&PoolState, &PoolState),
    now: Timestamp,
) -> Result<Option<Routed>, RotationError> {
    if again.early {
        return Ok(Some(put_off(before, again)));
    }
    let gave = before.pool.as_ref().filter(|_| !before.out_of_turn);
    let gave = gave.and_then(|name| staffing.model.pools.get_key_value(name));
    let mut given = Given {
        staffing,
        before,
        again,
        now,
        away: None,
    };
    let (owner, pool, left) = match (&again.choice.chosen, gave) {
        (Chosen::Pool(name), Some((same, pool))) if name == same => {
            let Some(picked) = given.by_the_same((same, pool), turns)? else {
                return Ok(None);
            };
            (picked, Some(name.clone()), None)
        }
        (Chosen::Pool(name), gave) => {
            let Some(picked) = given.by(name, turns)? else {
                return Ok(None);
            };
            (picked, Some(name.clone()), given.gives_back(gave, left)?)
        }
        (Chosen::Person(person), gave) => {
            // Whoever is away with nobody in their place: it stays where it is.
            let Named::Gets(person, away) = named(staffing, person, &before.refused, now) else {
                return Ok(None);
            };
            if again.from.as_ref() == Some(&person) {
                return Ok(None);
            }
            given.away = away;
            let picked = Picked {
                person,
                rotation: None,
                in_turn: false,
                because: String::new(),
            };
            (picked, None, given.gives_back(gave, left)?)
        }
        (Chosen::Queue(_) | Chosen::Nobody | Chosen::NoRule, _) => return Ok(None),
    };
    // A pool that has nobody else asks whoever it names, be it the one who has left: nobody is there for it.
    if again.upon == RerouteUpon::OwnerLeft && again.from.as_ref() == Some(&owner.person) {
        return Ok(None);
    }
    Ok(Some(given.to(record, owner, pool, left)))
}

/// It waits until the CRM shows its owner: a write of ours is on its way, and two of them would race.
fn put_off(before: &RoutingState, again: &Again) -> Routed {
    let note = "our write of its owner is still on its way, so it waits for that";
    let mut reasons = again.reasons.clone();
    reasons.push(Reason::note("reroute", None, note));
    Routed {
        draft: DecisionDraft {
            outcome: format!("to be routed again, upon {}", again.upon),
            reasons,
            ..DecisionDraft::default()
        },
        routing: RoutingState {
            put_off: Some(again.upon.to_string()),
            ..before.clone()
        },
        pool: None,
        left: None,
    }
}

/// One lead that is given to somebody else.
struct Given<'a> {
    staffing: &'a Staffing,
    before: &'a RoutingState,
    again: &'a Again,
    now: Timestamp,
    /// Why somebody else gets it than who is named.
    away: Option<Reason>,
}

impl Given<'_> {
    /// Who may not have it: whom the CRM refuses, and whom somebody has just taken off.
    fn left_out(&self) -> BTreeSet<PersonId> {
        let mut left_out = self.before.refused.clone();
        if self.again.upon == RerouteUpon::OwnerRemoved {
            left_out.extend(self.taken_off().cloned());
        }
        left_out
    }

    /// Whom somebody has just taken off: whom it was taken from while our write was on its way, else its
    /// owner.
    fn taken_off(&self) -> impl Iterator<Item = &PersonId> {
        let owner = match self.before.taken_from.is_empty() {
            true => self.again.from.as_ref(),
            false => None,
        };
        self.before.taken_from.iter().chain(owner)
    }

    /// The next of another pool than the one that gave it.
    fn by(&self, name: &str, turns: &PoolState) -> Result<Option<Picked>, RotationError> {
        let left_out = self.left_out();
        let pool = self.staffing.model.pools.get(name);
        let Some(pool) = pool.and_then(|pool| without(pool, |it| left_out.contains(it))) else {
            return Ok(None);
        };
        match pick(name, &pool, turns, self.staffing, self.now) {
            // Nobody of the pool is left for it: it stays where it is, and whoever is asked hears of it.
            Err(RotationError::Nobody(_)) => Ok(None),
            other => other.map(Some),
        }
    }

    /// The next of the pool that gave it. Whoever was taken off passes their turn on; else the turn is
    /// given back first, and whoever is next then has it, be it the same.
    fn by_the_same(
        &self,
        (name, pool): (&String, &Pool),
        turns: &PoolState,
    ) -> Result<Option<Picked>, RotationError> {
        let Some(from) = self.before.owner.as_ref() else {
            return self.by(name, turns);
        };
        if self.again.upon == RerouteUpon::OwnerRemoved {
            if !self.left_out().contains(from) {
                return Ok(Some(Picked {
                    person: from.clone(),
                    rotation: None,
                    in_turn: true,
                    because: format!("it had been given to {from} already, who was not taken off"),
                }));
            }
            let transferred = Transfer {
                from,
                earlier: &BTreeSet::new(),
                refused: &self.before.refused,
                in_turn: true,
            };
            return transfer(name, pool, turns, transferred, self.staffing, self.now);
        }
        let after = leave(name, pool, turns, from)?;
        let mut picked = self.by(name, &after)?;
        if let Some(picked) = picked.as_mut().filter(|it| it.rotation.is_none()) {
            picked.rotation = Some(after);
        }
        Ok(picked)
    }

    /// The rotation of the pool that gave it, with the turn that it cost given back.
    fn gives_back(
        &self,
        gave: Option<(&String, &Pool)>,
        turns: &PoolState,
    ) -> Result<Option<(String, PoolState)>, RotationError> {
        let Some(((name, pool), from)) = gave.zip(self.before.owner.as_ref()) else {
            return Ok(None);
        };
        Ok(Some((name.clone(), leave(name, pool, turns, from)?)))
    }

    fn to(
        &self,
        record: &Record,
        picked: Picked,
        pool: Option<String>,
        left: Option<(String, PoolState)>,
    ) -> Routed {
        let Self { again, before, .. } = self;
        let routing = self.state(record, &picked, pool.clone());
        let to = picked.person;
        let mut reasons = again.reasons.clone();
        reasons.extend(again.choice.reasons.iter().cloned());
        reasons.extend(self.away.clone());
        if let Some(name) = &pool {
            let place = self.staffing.model.pools.get(name).map(|it| it.place);
            reasons.push(Reason::note(format!("pools.{name}"), place, picked.because));
        }
        if let (Some((name, _)), Some(from)) = (&left, &before.owner) {
            let place = self.staffing.model.pools.get(name).map(|it| it.place);
            let note = format!("pool {name}: the turn that it cost {from} is given back");
            reasons.push(Reason::note(format!("pools.{name}"), place, note));
        }
        let from = again.from.as_ref().filter(|from| **from != to);
        let was = from.map_or_else(String::new, |from| format!("; it was {from}'s"));
        let draft = DecisionDraft {
            outcome: format!("routed again to {to}, upon {}{was}", again.upon),
            reasons,
            facts: again.choice.facts.clone(),
            emits: self.emits(record, &routing, &to),
        };
        Routed {
            draft,
            routing,
            pool: pool.zip(picked.rotation),
            left,
        }
    }

    fn state(&self, record: &Record, picked: &Picked, pool: Option<String>) -> RoutingState {
        let Self {
            again, before, now, ..
        } = self;
        let to = &picked.person;
        let mut taken_from = before.taken_from.clone();
        if again.upon == RerouteUpon::OwnerRemoved {
            // Nobody is shown, so whoever the CRM names next is meant.
            taken_from.clear();
        }
        taken_from.extend(record.owner().cloned());
        taken_from.remove(to);
        let mut rerouted = before.rerouted.clone();
        rerouted.push(Rerouted {
            from: again.from.clone(),
            to: to.clone(),
            upon: again.upon.to_string(),
            finally: again.finally,
            at: *now,
        });
        let over = rerouted.len().saturating_sub(MOST_KEPT);
        rerouted.drain(..over);
        RoutingState {
            status: RoutingStatus::Routed,
            owner: Some(to.clone()),
            rule: again.choice.rule.clone(),
            pool,
            at: *now,
            out_of_turn: !picked.in_turn,
            taken_from,
            rerouted,
            put_off: None,
            waits: None,
            ..(*before).clone()
        }
    }

    fn emits(&self, record: &Record, routing: &RoutingState, to: &PersonId) -> Vec<EventData> {
        let Self {
            staffing, again, ..
        } = self;
        let mut emits = vec![EventData::RecordRouted {
            owner: to.clone(),
            rule: routing.rule.clone(),
            pool: routing.pool.clone(),
        }];
        if record.owner() != Some(to) {
            emits.push(EventData::CrmWriteRequested {
                write: CrmWrite::Owner {
                    to: to.clone(),
                    only_if: record.owner().cloned(),
                },
            });
        }
        emits.push(EventData::NoticeRequested {
            to: to.clone(),
            notice: Notice::LeadAssigned {
                rule: routing.rule.clone(),
                respond_by: clocks::first_due_anew(staffing, record, to, self.now),
            },
        });
        let removed = again.upon == RerouteUpon::OwnerRemoved;
        let told = |from: &&PersonId| *from != to && gone(staffing, from, self.now).is_none();
        let from = again.from.as_ref().filter(|from| told(from) && !removed);
        emits.extend(from.map(|from| EventData::NoticeRequested {
            to: from.clone(),
            notice: Notice::LeadMoved {
                to: to.clone(),
                upon: again.upon.to_string(),
            },
        }));
        let facts = Facts::of(staffing, record, self.now);
        let moves = again.choice.move_to.as_ref();
        if let Some(stage) = moves.filter(|stage| facts.can_stand_at(stage)) {
            emits.push(EventData::CrmWriteRequested {
                write: CrmWrite::Stage {
                    only_if: facts.stage().map(str::to_owned),
                    to: stage.clone(),
                },
            });
        }
        emits
    }
}
