mod eligible;
mod transfer;

use std::collections::BTreeMap;

use contracts::state::{PoolState, Share};
use crm::PersonId;
use jiff::Timestamp;
use model::Pool;
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::Zero;

use crate::rules::Rules;
use eligible::{Eligible, eligible};

pub use transfer::{Transfer, leave, transfer};

/// Whom a pool gave a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Picked {
    /// The person.
    pub person: PersonId,
    /// The rotation afterwards; none if the person was asked in place of the pool.
    pub rotation: Option<PoolState>,
    /// Why it was they, in words.
    pub because: String,
}

/// Why a pool could give a record to nobody.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// No member can be asked.
    #[error("pool {0} has no member who could be asked")]
    Nobody(String),
    /// The stored rotation is not what we write.
    #[error("the rotation of pool {pool} cannot be read: the lag of {person} is `{lag}`")]
    Malformed {
        /// The pool.
        pool: String,
        /// The member.
        person: PersonId,
        /// What stands there.
        lag: String,
    },
}

/// Gives the next record of a pool.
///
/// A member's lag is the sum, over the assignments for which they were eligible, of their weight
/// over the eligible weights, minus what they received. The largest lag wins, in exact arithmetic;
/// ties go to whom the wait has been longest, then to the first by name. Who is not eligible
/// accrues nothing (so neither does who is away), and newcomers start at zero.
///
/// # Errors
/// If nobody can be asked, or the stored rotation cannot be read.
pub fn pick(
    name: &str,
    pool: &Pool,
    rotation: &PoolState,
    rules: &Rules,
    now: Timestamp,
) -> Result<Picked, RotationError> {
    let (eligible, who) = match eligible(pool, rules, now) {
        Eligible::Members(members, who) => (members, who),
        Eligible::Ask(person, why) => {
            return Ok(Picked {
                because: format!("pool {name}: {why}"),
                person,
                rotation: None,
            });
        }
    };
    let total: u64 = eligible.values().map(|weight| u64::from(*weight)).sum();
    let mut lags = BTreeMap::new();
    for (person, weight) in &eligible {
        let share = rotation.members.get(person);
        let lag = match share {
            Some(share) => parse_lag(name, person, &share.lag)?,
            None => BigRational::zero(),
        };
        let due = BigRational::new(BigInt::from(*weight), BigInt::from(total.max(1)));
        lags.insert(*person, lag + due);
    }
    let waited_since = |person: &PersonId| rotation.members.get(person).and_then(|it| it.last);
    let winner = lags.iter().max_by(|(a, lag_a), (b, lag_b)| {
        // Reversed where less is more: an earlier last turn, and an earlier name, win a tie.
        lag_a
            .cmp(lag_b)
            .then_with(|| waited_since(b).cmp(&waited_since(a)))
            .then_with(|| b.cmp(a))
    });
    let Some((winner, _)) = winner else {
        return Err(RotationError::Nobody(name.to_owned()));
    };
    let winner = (*winner).clone();
    let because = because(name, &winner, &lags, &who);
    let mut after = rotation.clone();
    for (person, lag) in lags {
        let share = after.members.entry(person.clone()).or_insert(Share {
            lag: "0".to_owned(),
            received: 0,
            last: None,
        });
        if *person == winner {
            share.lag = (lag - BigRational::from_integer(1.into())).to_string();
            share.received = share.received.saturating_add(1);
            share.last = Some(now);
        } else {
            share.lag = lag.to_string();
        }
    }
    Ok(Picked {
        person: winner,
        rotation: Some(after),
        because,
    })
}

fn because(
    pool: &str,
    winner: &PersonId,
    lags: &BTreeMap<&PersonId, BigRational>,
    who: &str,
) -> String {
    let lags: Vec<String> = lags
        .iter()
        .map(|(person, lag)| format!("{person} {lag}"))
        .collect();
    format!(
        "pool {pool}: {who}; owed so far: {}; {winner} is owed the most (of equals, who has waited longest)",
        lags.join(", ")
    )
}

fn parse_lag(pool: &str, person: &PersonId, lag: &str) -> Result<BigRational, RotationError> {
    lag.parse().map_err(|_| RotationError::Malformed {
        pool: pool.to_owned(),
        person: person.clone(),
        lag: lag.to_owned(),
    })
}
