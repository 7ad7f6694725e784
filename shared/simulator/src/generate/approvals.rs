//! Somebody answers what is to be approved: before a move that needs it, or after it was turned back, and then the move
//! is made again; now and then somebody who may not. Values change before and after.

use std::collections::BTreeSet;

use crm::{FieldRef, OWNER, PersonId, RecordId, RecordKind, Value};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{
    Generator,
    cast::{Cast, set},
    values::people_of,
};
use crate::{
    story::{Action, ActionKind},
    world::after,
};

impl Generator {
    /// Of the deals of a story. It draws from chance of its own, so that what else happens stays as it is.
    pub(super) fn approvals(&self, mut rng: Rng, until: Timestamp, actions: &mut Vec<Action>) {
        let model = &self.rules.model;
        let kinds: BTreeSet<_> = model.approvals.values().map(|it| it.record).collect();
        let born = born(actions);
        let mut cast = Cast {
            rng: &mut rng,
            until,
            people: people_of(model),
            actions,
        };
        for (record, at) in born {
            if !kinds.contains(&record.kind) {
                continue;
            }
            let mut at = at;
            // An account changes hands more often than once, so that there is something to be asked.
            let often = if record.kind == RecordKind::Account {
                85
            } else {
                60
            };
            while cast.percent(often) && at < until {
                at = cast.later(at);
                self.happens(&mut cast, &record, at);
            }
        }
    }

    /// Somebody answers, or a value changes that is to be approved.
    fn happens(&self, cast: &mut Cast<'_>, record: &RecordId, at: Timestamp) {
        let model = &self.rules.model;
        let rules = model.approvals.values();
        let rules: Vec<_> = rules.filter(|it| it.record == record.kind).collect();
        let Some(rule) = cast.rng.choice(&rules) else {
            return;
        };
        if cast.percent(35) {
            let Some(name) = cast.rng.choice(&rule.binds).cloned() else {
                return;
            };
            let field = FieldRef::new(record.kind, name.as_str());
            let value = match name == OWNER {
                true => cast.person().map(Value::Person),
                false => self.values.draw(model, &field, at, cast.rng),
            };
            let by = cast.person();
            cast.add(at, set(record, vec![(name, value)], by));
            return;
        }
        let levels = rule.by.iter();
        let rights = levels.filter_map(|level| model.decision_rights.get(&level.right));
        let mut may: Vec<PersonId> = rights.flat_map(|right| right.people.clone()).collect();
        may.extend(rule.within.iter().map(|(_, person)| person.clone()));
        let by = match cast.percent(90) {
            true => cast.rng.choice(&may).cloned(),
            false => cast.person(),
        };
        let Some(by) = by else { return };
        let refuses = cast.percent(25);
        let record = record.clone();
        let answers = ActionKind::Approved {
            record: record.clone(),
            by,
            refuses,
        };
        cast.add(at, answers);
        // A move that somebody makes at some time is made then, or made again.
        let moves = cast.actions.iter().filter_map(|it| moved(it, &record));
        let moves: Vec<(String, Option<Value>)> = moves.collect();
        if let Some(stage) = cast.rng.choice(&moves).cloned().filter(|_| !refuses) {
            let at = after(at, SignedDuration::from_secs(cast.rng.i64(30..3_600)));
            let by = cast.person();
            cast.add(at, set(&record, vec![stage], by));
        }
    }
}

/// The records, and when each is made.
fn born(actions: &[Action]) -> Vec<(RecordId, Timestamp)> {
    let mut born: Vec<(RecordId, Timestamp)> = Vec::new();
    for action in actions {
        if let ActionKind::Set { record, .. } = &action.what
            && born.iter().all(|(known, _)| known != record)
        {
            born.push((record.clone(), action.at));
        }
    }
    born
}

/// The stage to which a record is moved, if that is what happens.
fn moved(action: &Action, record: &RecordId) -> Option<(String, Option<Value>)> {
    let ActionKind::Set {
        record: of, fields, ..
    } = &action.what
    else {
        return None;
    };
    let stage = fields.iter().find(|(name, _)| name == "stage");
    stage.filter(|_| of == record).cloned()
}
