//! What all records of a story share: chance, time, people, and what has been done so far.

use crm::{PersonId, RecordId, Value};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::{
    story::{Action, ActionKind},
    world::after,
};

/// What all records of a story share.
pub(super) struct Cast<'a> {
    pub(super) rng: &'a mut Rng,
    pub(super) until: Timestamp,
    pub(super) people: Vec<PersonId>,
    pub(super) actions: &'a mut Vec<Action>,
}

impl Cast<'_> {
    pub(super) fn add(&mut self, at: Timestamp, what: ActionKind) {
        self.actions.push(Action { at, what });
    }

    /// Some minutes to some days later.
    pub(super) fn later(&mut self, at: Timestamp) -> Timestamp {
        let minutes = match self.rng.u8(0..4) {
            0 => self.rng.i64(0..3),
            1 => self.rng.i64(1..60),
            2 => self.rng.i64(30..600),
            _ => self.rng.i64(300..4_000),
        };
        let seconds = self.rng.i64(0..60);
        after(at, SignedDuration::from_secs(minutes * 60 + seconds))
    }

    /// Whether something happens that happens so often in a hundred times.
    pub(super) fn percent(&mut self, chance: u8) -> bool {
        self.rng.u8(0..100) < chance
    }

    pub(super) fn person(&mut self) -> Option<PersonId> {
        self.rng.choice(&self.people).cloned()
    }
}

pub(super) fn set(
    record: &RecordId,
    fields: Vec<(String, Option<Value>)>,
    by: Option<PersonId>,
) -> ActionKind {
    ActionKind::Set {
        record: record.clone(),
        fields,
        by,
    }
}
