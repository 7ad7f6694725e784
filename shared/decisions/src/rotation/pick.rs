use contracts::state::{LEAD, PoolState, Share};
use crm::PersonId;
use jiff::Timestamp;
use model::Pool;

use super::{
    candidate::ranked,
    eligible::{Eligible, eligible},
    error::RotationError,
    quanta::add,
    words,
};
use crate::rules::Staffing;

/// Whom a pool gave a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// The person.
    pub person: PersonId,
    /// The rotation afterwards; none if it stays as it is.
    pub rotation: Option<PoolState>,
    /// Whether it cost them a turn; not if they were asked in place of the pool.
    pub in_turn: bool,
    /// Why it was they, in words.
    pub because: String,
}

/// Gives the next record of a pool.
///
/// One lead, 10⁹ whole quanta, is shared out among the eligible by weight, to the last quantum; the
/// largest lag wins, and is charged a lead. Ties go to whom the wait has been longest, then to the
/// first by name. Who is not eligible accrues nothing (so neither does who is away or full), and newcomers
/// start at zero. The lags of a pool sum to zero.
///
/// # How fair it is
/// With n members in the rotation nobody is ever owed, or ahead by, more than (n − 1)/2 leads, whoever is eligible
/// when. For equal weights that is shown in Ajtai, Aspnes, Naor, Rabani, Schulman and Waarts,
/// "Fairness in scheduling", Journal of Algorithms 29 (1998). ADR 13 shows it for any weights, also
/// such as change in between, and for whole quanta: the rounding adds nothing. Each record that
/// [`transfer`](fn@super::transfer) or [`leave`](fn@super::leave) took back, or that went along with a lead given on
/// by hand, may add one lead to it.
///
/// Largest remainder gives each quantum that is left over to another; where remainders are equal,
/// first to whom the least is owed, then to whom the wait has been longest, then by name. So whoever
/// got one more is owed more, and comes later the next time.
///
/// # Errors
/// If nobody can be asked, if somebody is owed more than can be kept, or if it was not read what a member
/// has in hand.
pub fn pick(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    staffing: &Staffing,
    now: Timestamp,
) -> Result<Picked, RotationError> {
    let (eligible, who) = match eligible(name, pool, staffing, now)? {
        Eligible::Members(members, who) => (members, who),
        Eligible::Ask(person, why) => {
            return Ok(Picked {
                because: format!("pool {name}: {why}"),
                person,
                rotation: None,
                in_turn: false,
            });
        }
    };
    let ranked = ranked(name, rotation, &eligible)?;
    let Some(winner) = ranked.first() else {
        return Err(RotationError::Nobody(name.to_owned()));
    };
    let winner = winner.person.clone();
    let mut after = rotation.clone();
    for candidate in &ranked {
        let lag = candidate.lag;
        match after.members.get_mut(candidate.person) {
            Some(share) => share.lag = lag,
            None => {
                let share = Share {
                    lag,
                    ..Share::default()
                };
                after.members.insert(candidate.person.clone(), share);
            }
        }
    }
    add(name, &mut after, &winner, -LEAD)?;
    if let Some(share) = after.members.get_mut(&winner) {
        share.received = share.received.saturating_add(1);
        share.last = Some(now);
    }
    Ok(Picked {
        because: words::because(name, &who, &ranked),
        person: winner,
        rotation: Some(after),
        in_turn: true,
    })
}
