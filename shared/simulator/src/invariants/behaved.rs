use std::collections::BTreeMap;

use crm::RecordKind;
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::{
    revisions::{COUNTED, HOURS, known_by},
    story::ActionKind,
    world::after,
};

/// Within this time of the end it is open whether what counts no more has been taken off.
const AT_ONCE: SignedDuration = SignedDuration::from_mins(20);

/// What was done, by its number, and when.
type Done = BTreeMap<u32, Timestamp>;

/// What people do outside the CRM counts once, until the full hour after its stretch, for whoever it is of, however often
/// and in whatever order it is told.
pub(super) fn violations(seen: &Seen<'_>) -> Vec<String> {
    let actions = seen.story.actions.iter().map(|action| &action.what);
    // Whoever is forgotten has done nothing, and who that is the CRM does not say any more.
    let forgets = |it: &ActionKind| matches!(it, ActionKind::Erased { .. });
    if seen.rules.model.behaviours.is_empty() || actions.clone().any(forgets) {
        return Vec::new();
    }
    let mut by_whom: BTreeMap<&str, Done> = BTreeMap::new();
    for action in actions {
        if let ActionKind::Behaved { who, number, done } = action {
            by_whom.entry(who).or_default().insert(*number, *done);
        }
    }
    let mut found = Vec::new();
    for record in seen.copies().iter().map(|copy| &copy.record) {
        if record.id.kind != RecordKind::Lead || record.archived {
            continue;
        }
        let who = record.value(&known_by().name).and_then(|it| it.text());
        let counted = record.behaviour.as_ref();
        let counted = counted.and_then(|it| it.counts.get(COUNTED).copied());
        let wanted = who.map(|who| {
            let done = by_whom.get(who.trim());
            let done = done.into_iter().flat_map(BTreeMap::values);
            let until = |end: Timestamp| done.clone().filter(move |at| over(**at) > end).count();
            let least = until(after(seen.ending.now, AT_ONCE));
            least..=until(after(seen.story.until, -AT_ONCE))
        });
        let is_right = match (&wanted, counted) {
            (Some(wanted), Some(counted)) => {
                usize::try_from(counted).is_ok_and(|it| wanted.contains(&it))
            }
            (wanted, counted) => wanted.is_none() && counted.is_none(),
        };
        if !is_right {
            found.push(format!(
                "{} counts {counted:?} of what its person did, and {wanted:?} is right",
                record.id
            ));
        }
    }
    found
}

/// The full hour by which something counts no more.
fn over(done: Timestamp) -> Timestamp {
    const HOUR: i64 = 3_600;
    let end = after(done, SignedDuration::from_hours(HOURS.into()));
    let rest = end.as_millisecond().rem_euclid(HOUR * 1_000);
    let left = if rest == 0 { 0 } else { HOUR * 1_000 - rest };
    after(end, SignedDuration::from_millis(left))
}
