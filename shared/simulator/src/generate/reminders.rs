//! People answer what digests remind them of.

use std::collections::BTreeSet;

use crm::RecordId;
use fastrand::Rng;
use jiff::Timestamp;

use super::{Generator, cast::Cast};
use crate::story::{Action, ActionKind};

impl Generator {
    /// Of some of the records, now and then, by somebody of the model, who may have the right to it or not. It draws from
    /// chance of its own, so that what else happens in a story stays as it is.
    pub(super) fn reminders(&self, mut rng: Rng, until: Timestamp, actions: &mut Vec<Action>) {
        let changed = actions.iter().filter_map(|action| match &action.what {
            ActionKind::Set { record, .. } => Some((action.at, record.clone())),
            _ => None,
        });
        let changed: Vec<(Timestamp, RecordId)> = changed.collect();
        let mut cast = Cast {
            rng: &mut rng,
            until,
            people: self.rules.model.people.keys().cloned().collect(),
            actions,
        };
        let mut met: BTreeSet<RecordId> = BTreeSet::new();
        for (at, record) in changed {
            if !met.insert(record.clone()) && !cast.percent(20) {
                continue;
            }
            for _ in 0..3 {
                let Some(by) = cast.person() else { return };
                let at = cast.later(at);
                let what = ActionKind::Reminded {
                    record: record.clone(),
                    by,
                    hours: cast.rng.u32(0..900),
                };
                cast.add(at, what);
            }
        }
    }
}
