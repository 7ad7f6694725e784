//! People do things outside the CRM, of which somebody tells twice, late, or before a lead is known.

use std::collections::BTreeSet;

use crm::{FieldRef, Value};
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use crate::{
    revisions::known_by,
    story::{Action, ActionKind},
    world::after,
};

/// For how long before it is told something may have been done, in minutes: some of it counts no more.
const LONGEST_AGO: i64 = 30 * 60;

/// Up to four things that each of some people do. It draws from chance of its own, so that what else happens in a story
/// stays as it is.
pub(super) fn behaviour(
    mut rng: Rng,
    (from, until): (Timestamp, Timestamp),
    actions: &mut Vec<Action>,
) {
    let field = known_by();
    let people: BTreeSet<String> = actions
        .iter()
        .flat_map(|action| known(&action.what, &field))
        .collect();
    let length = until.duration_since(from).as_secs().max(2);
    let mut number = 0_u32;
    for who in people {
        if rng.u8(0..10) >= 4 {
            continue;
        }
        for _ in 0..rng.u8(1..=4) {
            number = number.saturating_add(1);
            let told = after(from, SignedDuration::from_secs(rng.i64(0..length)));
            let ago = SignedDuration::from_mins(rng.i64(0..LONGEST_AGO));
            let what = ActionKind::Behaved {
                who: who.clone(),
                number,
                done: after(told, -ago),
            };
            if rng.u8(0..3) == 0 {
                let later = SignedDuration::from_mins(rng.i64(0..600));
                let (at, what) = (after(told, later), what.clone());
                actions.push(Action { at, what });
            }
            actions.push(Action { at: told, what });
        }
    }
}

/// By what the people of the records are known that are set.
fn known(what: &ActionKind, by: &FieldRef) -> Vec<String> {
    let ActionKind::Set { record, fields, .. } = what else {
        return Vec::new();
    };
    let of_kind = fields
        .iter()
        .filter(|(name, _)| record.kind == by.kind && *name == by.name);
    let texts = of_kind.filter_map(|(_, value)| value.as_ref().and_then(Value::text));
    texts.map(str::to_owned).collect()
}
