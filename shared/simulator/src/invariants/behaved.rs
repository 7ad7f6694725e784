use std::collections::BTreeMap;

use crm::{Behaviour, Record, RecordId, RecordKind};
use jiff::{SignedDuration, Timestamp};

use super::seen::Seen;
use crate::{
    fault::{Fault, FaultKind},
    revisions::{COUNTED, HOURS, known_by},
    story::ActionKind,
    world::after,
};

/// Within this time of the end it is open whether what counts no more has been taken off.
const AT_ONCE: SignedDuration = SignedDuration::from_mins(20);

/// What was done, by its number, and when.
type Done = BTreeMap<u32, Timestamp>;

/// What people do outside the CRM counts once, until the full hour after its stretch, for whoever it is of and for the
/// account of their lead, however often and in whatever order it is told.
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
    let copies = seen.copies().iter().map(|copy| &copy.record);
    let copies: Vec<&Record> = copies.filter(|it| !it.archived).collect();
    let mut found = Vec::new();
    let mut of_accounts: BTreeMap<&RecordId, Done> = BTreeMap::new();
    for record in copies.iter().filter(|it| it.id.kind == RecordKind::Lead) {
        let who = record.value(&known_by().name).and_then(|it| it.text());
        let done = who.map(|who| by_whom.get(who.trim()).cloned().unwrap_or_default());
        if let Some(account) = &record.account {
            let theirs = of_accounts.entry(&account.id).or_default();
            theirs.extend(done.clone().unwrap_or_default());
        }
        let counted = counted(record.behaviour.as_ref());
        found.extend(wrong(seen, &record.id, counted, done.as_ref()));
    }
    for account in copies.iter().filter(|it| it.id.kind == RecordKind::Account) {
        let done = of_accounts.get(&account.id).cloned().unwrap_or_default();
        let counted = counted(account.behaviour.as_ref());
        found.extend(wrong(seen, &account.id, counted, Some(&done)));
    }
    found.extend(carried(seen, &copies));
    found
}

fn counted(behaviour: Option<&Behaviour>) -> Option<u32> {
    behaviour?.counts.get(COUNTED).copied()
}

/// What is counted is what was done; none of whoever is not known.
fn wrong(
    seen: &Seen<'_>,
    id: &RecordId,
    counted: Option<u32>,
    done: Option<&Done>,
) -> Option<String> {
    let wanted = done.map(|done| {
        let until = |end: Timestamp| done.values().filter(|at| over(**at) > end).count();
        let least = until(after(seen.ending.now, AT_ONCE));
        least..=until(after(seen.story.until, -AT_ONCE))
    });
    let is_right = match (&wanted, counted) {
        (Some(wanted), Some(counted)) => {
            usize::try_from(counted).is_ok_and(|it| wanted.contains(&it))
        }
        (wanted, counted) => wanted.is_none() && counted.is_none(),
    };
    (!is_right)
        .then(|| format!("{id} counts {counted:?} of what its people did, and {wanted:?} is right"))
}

/// What the people of an account have done stands with each of its leads and opportunities as with the account.
fn carried(seen: &Seen<'_>, copies: &[&Record]) -> Vec<String> {
    // What comes under an account in the second in which that changes, and is not in the index yet, is not found by it.
    let lags = |it: &Fault| matches!(it.kind, FaultKind::IndexesLag { .. });
    if seen.story.faults.iter().any(lags) {
        return Vec::new();
    }
    let of: BTreeMap<&RecordId, &Record> = copies.iter().map(|it| (&it.id, *it)).collect();
    let under = copies
        .iter()
        .filter_map(|it| Some((it, it.account.as_ref()?)));
    let differ = under.filter_map(|(record, account)| {
        let right = counted(of.get(&account.id)?.behaviour.as_ref());
        let ours = counted(account.behaviour.as_ref());
        let (id, account) = (&record.id, &account.id);
        (ours != right).then(|| format!("{id} has {ours:?} of {account}, which has {right:?}"))
    });
    differ.collect()
}

/// The full hour by which something counts no more.
fn over(done: Timestamp) -> Timestamp {
    const HOUR: i64 = 3_600;
    let end = after(done, SignedDuration::from_hours(HOURS.into()));
    let rest = end.as_millisecond().rem_euclid(HOUR * 1_000);
    let left = if rest == 0 { 0 } else { HOUR * 1_000 - rest };
    after(end, SignedDuration::from_millis(left))
}
