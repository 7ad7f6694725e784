//! A record that its owner let lie goes to another member of the pool, or leaves the pool.

use std::{cmp::Reverse, collections::BTreeSet};

use contracts::state::{LEAD, PoolState};
use crm::PersonId;
use jiff::Timestamp;
use model::{AllAway, AllFull, NobodyWorking, Pool};

use super::{
    error::RotationError,
    pick::{Picked, pick},
    quanta::{Members, add, share_out},
};
use crate::rules::Staffing;

/// Whose record is transferred.
#[derive(Debug, Clone, Copy)]
pub struct Transfer<'a> {
    /// Who let it lie; never gets it back.
    pub from: &'a PersonId,
    /// Those who let it lie before; asked again only when nobody else is left.
    pub earlier: &'a BTreeSet<PersonId>,
    /// Those who cannot have it, since the CRM refuses them; never asked.
    pub refused: &'a BTreeSet<PersonId>,
    /// Whether it cost `from` a turn of the pool.
    pub in_turn: bool,
}

/// Gives a record to another member of its pool; none if nobody but its owner is left.
///
/// One record is shared out once: what everybody accrued when it first was stays, and the turn that
/// it cost moves from the old owner to the new one. So the sum of all lags stays as it is.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn transfer(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    transferred: Transfer<'_>,
    staffing: &Staffing,
    now: Timestamp,
) -> Result<Option<Picked>, RotationError> {
    let Some(others) = others(pool, transferred) else {
        return Ok(None);
    };
    let may_have =
        |person: &PersonId| person != transferred.from && !transferred.refused.contains(person);
    let mut picked = match pick(name, &others, rotation, staffing, now) {
        Ok(picked) if may_have(&picked.person) => picked,
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
                share.lag = before.map_or(0, |share| share.lag);
                after.members.insert(picked.person.clone(), share);
            }
            add(name, &mut after, &picked.person, -LEAD)?;
            add(name, &mut after, transferred.from, LEAD)?;
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

/// The rotation when a person gives a record of the pool to somebody: the turn that it cost moves from
/// `from` to them if they are a member, and else the record leaves the pool.
///
/// # Errors
/// If somebody is owed more than can be kept.
pub fn hand_on(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    (from, to): (&PersonId, &PersonId),
    now: Timestamp,
) -> Result<PoolState, RotationError> {
    if !pool.weights.contains_key(to) {
        return leave(name, pool, rotation, from);
    }
    let mut after = rotation.clone();
    if !after.members.contains_key(from) {
        return Ok(after);
    }
    let share = after.members.entry(to.clone()).or_default();
    share.received = share.received.saturating_add(1);
    share.last = Some(now);
    add(name, &mut after, to, -LEAD)?;
    add(name, &mut after, from, LEAD)?;
    refund(&mut after, from);
    Ok(after)
}

/// The rotation when a record leaves its pool: the turn that it cost is given back to its owner, and
/// what the members accrued for it is taken from them again, by today's weights.
///
/// # Errors
/// If somebody is owed more than can be kept.
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
    refund(&mut after, from);
    let accrued: Members<'_> = pool
        .weights
        .iter()
        .filter(|(person, _)| rotation.members.contains_key(*person))
        .map(|(person, weight)| (person, *weight))
        .collect();
    if accrued.is_empty() {
        // Nobody is left from whom it could be taken, so the turn is not given back either.
        return Ok(after);
    }
    add(name, &mut after, from, LEAD)?;
    // The reverse of how a lead is shared out: the quantum that is left over is taken from whom the
    // most is owed.
    let rank = |person: &PersonId| {
        let share = rotation.members.get(person);
        Reverse(share.map(|share| (share.lag, share.last)))
    };
    for (person, share) in share_out(&accrued, rank) {
        add(name, &mut after, person, -share)?;
    }
    Ok(after)
}

/// The pool without those who let the record lie; with the earlier ones, if nobody else is left.
fn others(pool: &Pool, transferred: Transfer<'_>) -> Option<Pool> {
    let Transfer { from, earlier, .. } = transferred;
    let others = without(pool, |person| {
        person == from || transferred.refused.contains(person)
    })?;
    without(&others, |person| earlier.contains(person)).or_else(|| {
        let mut again = others;
        ask_the_pool(&mut again, |person| earlier.contains(person));
        Some(again)
    })
}

/// A pool without some people; none if nobody is left in it.
pub fn without(pool: &Pool, left_out: impl Fn(&PersonId) -> bool) -> Option<Pool> {
    let mut others = pool.clone();
    others.weights.retain(|person, _| !left_out(person));
    ask_the_pool(&mut others, left_out);
    (!others.weights.is_empty()).then_some(others)
}

/// Where one of these people is asked in place of the pool, its members are.
fn ask_the_pool(pool: &mut Pool, left_out: impl Fn(&PersonId) -> bool) {
    if let NobodyWorking::Ask(person) = &pool.nobody_working
        && left_out(person)
    {
        pool.nobody_working = NobodyWorking::Everyone;
    }
    if let AllFull::Ask(person) = &pool.all_full
        && left_out(person)
    {
        pool.all_full = AllFull::Everyone;
    }
    if let AllAway::Ask(person) = &pool.all_away
        && left_out(person)
    {
        pool.all_away = AllAway::FirstBack;
    }
}

fn refund(rotation: &mut PoolState, person: &PersonId) {
    if let Some(share) = rotation.members.get_mut(person) {
        share.received = share.received.saturating_sub(1);
    }
}
