//! Leads counted in whole quanta, none of which is lost or made.

use std::{cmp::Reverse, collections::BTreeMap};

use contracts::state::{LEAD, PoolState};
use crm::PersonId;

use super::error::RotationError;

/// Members and their weights.
pub(super) type Members<'a> = BTreeMap<&'a PersonId, u32>;

/// Shares one lead out by weight. The shares sum to a lead exactly, and each is less than a quantum
/// away from what is due.
///
/// Everybody gets the whole quanta of what is due; those that are then left go, one each, to the
/// largest remainders. Of equal remainders the least `rank` comes first, and of equal ranks the
/// first by name. Members who all weigh nothing share alike.
pub(super) fn share_out<'a, R: Ord>(
    members: &Members<'a>,
    rank: impl Fn(&PersonId) -> R,
) -> Vec<(&'a PersonId, i64)> {
    let weightless = members.values().all(|weight| *weight == 0);
    let weight = |weight: u32| i64::from(if weightless { 1 } else { weight });
    let total: i64 = members.values().map(|it| weight(*it)).sum();
    let mut left = LEAD;
    let mut shares: Vec<_> = members
        .iter()
        .map(|(person, its)| {
            // A weight has 32 bits and a lead 30, so this fits.
            let due = weight(*its) * LEAD;
            let share = due / total.max(1);
            left -= share;
            (Reverse(due % total.max(1)), rank(person), *person, share)
        })
        .collect();
    shares.sort_by(|a, b| (&a.0, &a.1, a.2).cmp(&(&b.0, &b.1, b.2)));
    shares
        .into_iter()
        .map(|(.., person, share)| {
            let more = left.min(1);
            left -= more;
            (person, share + more)
        })
        .collect()
}

/// Adds quanta to what a member is owed.
///
/// # Errors
/// If the sum is more than can be kept.
pub(super) fn sum(
    pool: &str,
    person: &PersonId,
    lag: i64,
    quanta: i64,
) -> Result<i64, RotationError> {
    lag.checked_add(quanta)
        .ok_or_else(|| RotationError::TooLarge {
            pool: pool.to_owned(),
            person: person.clone(),
            lag,
        })
}

/// Adds quanta to what a member is owed, if the rotation knows them.
///
/// # Errors
/// If the sum is more than can be kept.
pub(super) fn add(
    pool: &str,
    rotation: &mut PoolState,
    person: &PersonId,
    quanta: i64,
) -> Result<(), RotationError> {
    if let Some(share) = rotation.members.get_mut(person) {
        share.lag = sum(pool, person, share.lag, quanta)?;
    }
    Ok(())
}
