//! Somebody grants exceptions: from what a move would be turned back for, shortly before it is made, and from
//! deviations.

use std::collections::BTreeSet;

use crm::{RecordId, Value};
use decisions::exceptions::deviations;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::{Generator, cast::Cast};
use crate::{
    story::{Action, ActionKind},
    world::after,
};

/// A move that somebody is going to make.
struct Move {
    at: Timestamp,
    record: RecordId,
    to: String,
}

impl Generator {
    /// Of some of the moves and of some records. It draws from chance of its own, so that what else happens in a
    /// story stays as it is.
    pub(super) fn exceptions(&self, mut rng: Rng, until: Timestamp, actions: &mut Vec<Action>) {
        let model = &self.rules.model;
        let Some(terms) = &model.exceptions else {
            return;
        };
        let right = model.decision_rights.get(&terms.right);
        let moves = actions.iter().filter_map(moved);
        let moves: Vec<Move> = moves.collect();
        let mut cast = Cast {
            rng: &mut rng,
            until,
            people: right.map(|it| it.people.clone()).unwrap_or_default(),
            actions,
        };
        for moved in moves {
            if !cast.percent(30) {
                continue;
            }
            let kind = moved.record.kind;
            let stages = model.stages(kind).filter(|stage| stage.name == moved.to);
            let named = stages.flat_map(|stage| {
                let names = stage.enter.iter().map(|it| &it.name);
                names.map(|name| format!("{}.{name}", stage.name))
            });
            let criteria: BTreeSet<String> = named.collect();
            let all: Vec<String> = deviations(model, kind).into_iter().collect();
            let some = all.into_iter().filter(|_| cast.percent(25));
            let deviations: BTreeSet<String> = some.collect();
            let Some(by) = cast.person() else { return };
            let before = SignedDuration::from_secs(cast.rng.i64(1..7_200));
            let at = moved.at.checked_sub(before).unwrap_or(moved.at);
            let hours = SignedDuration::from_mins(cast.rng.i64(10..2_880));
            let what = ActionKind::Excepted {
                record: moved.record,
                by,
                criteria,
                deviations,
                until: after(at, hours),
            };
            cast.add(at, what);
        }
    }
}

fn moved(action: &Action) -> Option<Move> {
    let ActionKind::Set { record, fields, .. } = &action.what else {
        return None;
    };
    let stage = fields.iter().find(|(name, _)| name == "stage")?;
    let to = stage.1.as_ref().and_then(Value::text)?;
    Some(Move {
        at: action.at,
        record: record.clone(),
        to: to.to_owned(),
    })
}
