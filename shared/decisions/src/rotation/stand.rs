//! How a pool stands: what each member is due and has received, who cannot be asked and why, and whose
//! turn it is.

use std::collections::BTreeMap;

use contracts::state::{LEAD, PoolState, Share};
use crm::PersonId;
use jiff::Timestamp;
use model::Pool;

use super::{
    candidate::ranked,
    eligible::{Eligible, eligible},
    error::RotationError,
    quanta::share_out,
    service::{said_not_there, said_uncertified_of, there},
    words,
};
use crate::{capacity::full, rules::Staffing};

/// How a pool stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolNow {
    /// Its members by name, and behind them those who once were and have received something or are owed it.
    pub members: Vec<MemberNow>,
    /// Who would get a record now; nobody, if nobody could be asked.
    pub next: Option<Next>,
}

/// How a member of a pool stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberNow {
    /// Who.
    pub person: PersonId,
    /// The weight in the model; none of whom is no member any more.
    pub weight: Option<u32>,
    /// The part of each lead that is due to them, in quanta, when everybody who is there can be asked; none
    /// of whom is not there.
    pub share: Option<i64>,
    /// How many they have received, without those that were taken back.
    pub received: u64,
    /// How many they would have received by their shares, in quanta: of what was given while they could be
    /// asked.
    pub due: i64,
    /// When they last received one.
    pub last: Option<Timestamp>,
    /// Why they are not there at all: not started, left, or not certified.
    pub not_there: Option<String>,
    /// Until when they are away, if they are.
    pub away_until: Option<Timestamp>,
    /// How many open leads they have, and how many they can take, if that is bounded; none of whom has no
    /// capacity.
    pub open: Option<(u32, Option<u32>)>,
    /// Why they can take nothing more.
    pub full: Option<String>,
    /// Whether they work at that instant.
    pub working: bool,
}

impl MemberNow {
    /// By how many quanta they have received more than was due to them; less, below zero.
    #[must_use]
    pub fn deviation(&self) -> i64 {
        quanta(self.received).saturating_sub(self.due)
    }
}

/// Who would get the next record of a pool, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The person.
    pub person: PersonId,
    /// Who could be asked, and why others could not.
    pub asked: String,
    /// What the first of those are owed, counting this record; none if somebody is asked in place of the pool.
    pub owed: Option<String>,
    /// Why it is this person, likewise.
    pub because: Option<String>,
}

/// How a pool stands with this rotation, and who would get the next record. It changes nothing.
///
/// # Errors
/// If somebody is owed more than can be kept, or if it was not read what a member has in hand.
pub fn stand(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    staffing: &Staffing,
    now: Timestamp,
) -> Result<PoolNow, RotationError> {
    let there = there(pool, staffing, now).members;
    let stands = |person: &PersonId| {
        let share = rotation.members.get(person);
        share.map_or((0, None), |share| (share.lag, share.last))
    };
    let shares: BTreeMap<&PersonId, i64> = share_out(&there, stands).into_iter().collect();
    let mut members = Vec::new();
    for (person, weight) in &pool.weights {
        let mut member = member(name, staffing, rotation, person, now)?;
        member.weight = Some(*weight);
        member.share = shares.get(person).copied();
        member.not_there = said_not_there(staffing, person, now)
            .or_else(|| said_uncertified_of(pool, staffing, person));
        members.push(member);
    }
    let were = rotation.members.iter().filter(|(person, share)| {
        let empty = share.received == 0 && share.lag == 0;
        !pool.weights.contains_key(*person) && !empty
    });
    for (person, _) in were {
        members.push(member(name, staffing, rotation, person, now)?);
    }
    let next = match next(name, pool, rotation, staffing, now) {
        Err(RotationError::Nobody(_)) => None,
        other => Some(other?),
    };
    Ok(PoolNow { members, next })
}

fn member(
    name: &str,
    staffing: &Staffing,
    rotation: &PoolState,
    person: &PersonId,
    now: Timestamp,
) -> Result<MemberNow, RotationError> {
    let share = rotation.members.get(person);
    let share = share.cloned().unwrap_or_else(Share::default);
    let known = staffing.model.people.get(person);
    let capacity = known.and_then(|known| known.capacity);
    let open = capacity.zip(staffing.load_of(person));
    Ok(MemberNow {
        person: person.clone(),
        weight: None,
        share: None,
        received: share.received,
        due: quanta(share.received).saturating_add(share.lag),
        last: share.last,
        not_there: None,
        away_until: staffing.absences().at(person, now).map(|it| it.span.to),
        open: open.map(|(capacity, load)| (load.open, capacity.open_leads)),
        full: full(staffing, person, now).map_err(|why| why.in_pool(name))?,
        working: staffing.is_working(person, now),
    })
}

fn next(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    staffing: &Staffing,
    now: Timestamp,
) -> Result<Next, RotationError> {
    let (members, asked) = match eligible(name, pool, staffing, now)? {
        Eligible::Members(members, asked) => (members, asked),
        Eligible::Ask(person, asked) => {
            return Ok(Next {
                person,
                asked,
                owed: None,
                because: None,
            });
        }
    };
    let ranked = ranked(name, rotation, &members)?;
    let nobody = || RotationError::Nobody(name.to_owned());
    Ok(Next {
        person: ranked.first().ok_or_else(nobody)?.person.clone(),
        asked,
        owed: Some(words::first_owed(&ranked)),
        because: Some(words::chosen(&ranked)),
    })
}

/// So many leads in quanta.
fn quanta(leads: u64) -> i64 {
    i64::try_from(leads)
        .unwrap_or(i64::MAX)
        .saturating_mul(LEAD)
}
