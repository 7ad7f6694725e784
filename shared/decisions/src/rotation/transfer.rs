//! A record that its owner let lie goes to another member of the pool, or leaves the pool.

use std::collections::BTreeSet;

use contracts::state::PoolState;
use crm::PersonId;
use jiff::Timestamp;
use model::{AllAway, NobodyWorking, Pool};
use num_bigint::BigInt;
use num_rational::BigRational;

use super::{Picked, RotationError, parse_lag, pick};
use crate::rules::Rules;

/// Whose record is transferred.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a> {
    /// Who let it lie; never gets it back.
    pub from: &'a PersonId,
    /// Those who let it lie before; asked again only when nobody else is left.
    pub earlier: &'a BTreeSet<PersonId>,
    /// Whether it cost `from` a turn of the pool.
    pub in_turn: bool,
}

/// Gives a record to another member of its pool; none if nobody but its owner is left.
///
/// One record is shared out once: what everybody accrued when it first was stays, and the turn that
/// it cost moves from the old owner to the new one. So the sum of all lags stays as it is.
///
/// # Errors
/// If the stored rotation cannot be read.
pub fn transfer(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    transferred: Transfer<'_>,
    rules: &Rules,
    now: Timestamp,
) -> Result<Option<Picked>, RotationError> {
    let Some(others) = others(pool, transferred) else {
        return Ok(None);
    };
    let mut picked = match pick(name, &others, rotation, rules, now) {
        Ok(picked) if picked.person != *transferred.from => picked,
        Ok(_) | Err(RotationError::Nobody(_)) => return Ok(None),
        Err(why) => return Err(why),
    };
    let charged = transferred.in_turn && rotation.members.contains_key(transferred.from);
    match (&picked.rotation, charged) {
        (Some(taken), true) => {
            let mut after = rotation.clone();
            // Whoever has never been eligible before begins at zero.
            let newcomer = taken.members.get(&picked.person).cloned();
            if let Some(mut share) = newcomer {
                let before = rotation.members.get(&picked.person);
                share.lag = before.map_or_else(|| "0".to_owned(), |share| share.lag.clone());
                after.members.insert(picked.person.clone(), share);
            }
            change(name, &mut after, &picked.person, -1)?;
            change(name, &mut after, transferred.from, 1)?;
            refund(&mut after, transferred.from);
            picked.because = format!(
                "{}; the turn it cost {} is now {}'s",
                picked.because, transferred.from, picked.person
            );
            picked.rotation = Some(after);
        }
        (None, true) => picked.rotation = Some(leave(name, pool, rotation, transferred.from)?),
        (_, false) => {}
    }
    Ok(Some(picked))
}

/// The rotation when a record leaves its pool: the turn that it cost is given back to its owner, and
/// what the members accrued for it is taken from them again, by today's weights.
///
/// # Errors
/// If the stored rotation cannot be read.
pub fn leave(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    from: &PersonId,
) -> Result<PoolState, RotationError> {
    let mut after = rotation.clone();
    if !after.members.contains_key(from) {
        return Ok(after);
    }
    change(name, &mut after, from, 1)?;
    refund(&mut after, from);
    let accrued = pool.weights.iter();
    let accrued: Vec<_> = accrued
        .filter(|(person, _)| rotation.members.contains_key(*person))
        .collect();
    let total: u64 = accrued.iter().map(|(_, weight)| u64::from(**weight)).sum();
    for (person, weight) in accrued {
        let share = BigRational::new(BigInt::from(*weight), BigInt::from(total.max(1)));
        subtract(name, &mut after, person, &share)?;
    }
    Ok(after)
}

/// The pool without those who let the record lie; with the earlier ones, if nobody else is left.
fn others(pool: &Pool, transferred: Transfer<'_>) -> Option<Pool> {
    let mut others = pool.clone();
    others
        .weights
        .retain(|person, _| person != transferred.from);
    let mut fresh = others.weights.clone();
    fresh.retain(|person, _| !transferred.earlier.contains(person));
    if !fresh.is_empty() {
        others.weights = fresh;
    }
    let had_it =
        |person: &PersonId| person == transferred.from || transferred.earlier.contains(person);
    if let NobodyWorking::Ask(person) = &others.nobody_working
        && had_it(person)
    {
        others.nobody_working = NobodyWorking::Everyone;
    }
    if let AllAway::Ask(person) = &others.all_away
        && had_it(person)
    {
        others.all_away = AllAway::FirstBack;
    }
    (!others.weights.is_empty()).then_some(others)
}

fn change(
    name: &str,
    rotation: &mut PoolState,
    person: &PersonId,
    by: i32,
) -> Result<(), RotationError> {
    subtract(
        name,
        rotation,
        person,
        &BigRational::from_integer(BigInt::from(-by)),
    )
}

fn subtract(
    name: &str,
    rotation: &mut PoolState,
    person: &PersonId,
    what: &BigRational,
) -> Result<(), RotationError> {
    if let Some(share) = rotation.members.get_mut(person) {
        share.lag = (parse_lag(name, person, &share.lag)? - what).to_string();
    }
    Ok(())
}

fn refund(rotation: &mut PoolState, person: &PersonId) {
    if let Some(share) = rotation.members.get_mut(person) {
        share.received = share.received.saturating_sub(1);
    }
}
