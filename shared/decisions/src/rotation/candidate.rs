use std::cmp::Reverse;

use contracts::state::PoolState;
use crm::PersonId;
use jiff::Timestamp;

use super::{
    error::RotationError,
    quanta::{Members, share_out, sum},
};

/// A member who can be asked.
pub(super) struct Candidate<'a> {
    pub(super) person: &'a PersonId,
    /// What they are owed, with their share of the record at hand; in quanta.
    pub(super) lag: i64,
    /// When they last received one.
    pub(super) last: Option<Timestamp>,
}

/// The members in order of what they are owed once the record is shared out, the most first; of
/// equals who has waited longest, then the first by name.
pub(super) fn ranked<'a>(
    pool: &str,
    rotation: &PoolState,
    members: &Members<'a>,
) -> Result<Vec<Candidate<'a>>, RotationError> {
    let stands = |person: &PersonId| {
        let share = rotation.members.get(person);
        share.map_or((0, None), |share| (share.lag, share.last))
    };
    let mut ranked = Vec::new();
    for (person, share) in share_out(members, stands) {
        let (lag, last) = stands(person);
        let lag = sum(pool, person, lag, share)?;
        ranked.push(Candidate { person, lag, last });
    }
    ranked.sort_by_key(|it| (Reverse(it.lag), it.last, it.person));
    Ok(ranked)
}
