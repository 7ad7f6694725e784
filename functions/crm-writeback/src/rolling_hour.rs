//! The writes of the last hour, minute by minute: however they are bunched, no hour, wherever it begins,
//! has more than the ceiling. A minute counts whole until an hour after its end, so the bound holds to the
//! minute and errs by less than one.

use std::time::Duration;

use contracts::state::{MinuteOfWrites, WritesState};
use jiff::{SignedDuration, Timestamp};

/// What a write is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A record gets its owner: a fifth of the hour is kept for these.
    Owner,
    /// Anything else.
    Other,
}

/// A minute counts in the hour after its end as well.
const MINUTES: i64 = 61;

/// The hour with one write more; or after how long there is room for it.
pub(crate) fn with_one_more(
    mut hour: WritesState,
    purpose: Purpose,
    per_hour: u32,
    now: Timestamp,
) -> Result<WritesState, Duration> {
    // A machine whose clock is behind writes into the latest minute that is known.
    let latest = hour.minutes.last().map_or(i64::MIN, |it| it.minute);
    let minute = now.as_second().div_euclid(60).max(latest);
    hour.minutes
        .retain(|it| it.minute > minute.saturating_sub(MINUTES));
    if let Some(free) = first_free(&hour, purpose, per_hour) {
        let free = Timestamp::from_second(free.saturating_mul(60)).unwrap_or(now);
        let wait = free.duration_since(now).max(SignedDuration::from_secs(1));
        return Err(wait.unsigned_abs());
    }
    if latest != minute {
        hour.minutes.push(MinuteOfWrites {
            minute,
            owners: 0,
            others: 0,
        });
    }
    if let Some(last) = hour.minutes.last_mut() {
        let count = match purpose {
            Purpose::Owner => &mut last.owners,
            Purpose::Other => &mut last.others,
        };
        *count = count.saturating_add(1);
    }
    Ok(hour)
}

/// The minute in which there is room; none if there is now.
fn first_free(hour: &WritesState, purpose: Purpose, per_hour: u32) -> Option<i64> {
    let sum = |of: fn(&MinuteOfWrites) -> u32| {
        let each = hour.minutes.iter().map(|it| u64::from(of(it)));
        each.sum::<u64>()
    };
    let (mut owners, mut others) = (sum(|it| it.owners), sum(|it| it.others));
    let per_hour = u64::from(per_hour);
    let for_others = per_hour.saturating_sub(per_hour / 5);
    let has_room = |owners: u64, others: u64| {
        let all = owners.saturating_add(others) < per_hour;
        all && (purpose == Purpose::Owner || others < for_others)
    };
    if has_room(owners, others) {
        return None;
    }
    let mut free = None;
    for gone in &hour.minutes {
        owners = owners.saturating_sub(gone.owners.into());
        others = others.saturating_sub(gone.others.into());
        free = Some(gone.minute.saturating_add(MINUTES));
        if has_room(owners, others) {
            break;
        }
    }
    free
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).unwrap()
    }

    fn take(hour: &mut WritesState, purpose: Purpose, per_hour: u32, seconds: i64) -> Option<i64> {
        match with_one_more(hour.clone(), purpose, per_hour, at(seconds)) {
            Ok(more) => {
                *hour = more;
                None
            }
            Err(wait) => Some(i64::try_from(wait.as_secs()).unwrap()),
        }
    }

    #[test]
    fn all_of_an_hour_may_be_written_at_once_but_for_the_owners_share() {
        let mut hour = WritesState::default();
        let mut others = 0;
        while take(&mut hour, Purpose::Other, 50, 0).is_none() {
            others += 1;
        }
        let mut owners = 0;
        while take(&mut hour, Purpose::Owner, 50, 1).is_none() {
            owners += 1;
        }
        assert_eq!((others, owners), (40, 10));
    }

    /// What owners have not used is theirs, and what others have not used is everybody's.
    #[test]
    fn owners_may_take_it_all() {
        let mut hour = WritesState::default();
        for _ in 0..50 {
            assert_eq!(take(&mut hour, Purpose::Owner, 50, 0), None);
        }
        assert!(take(&mut hour, Purpose::Owner, 50, 0).is_some());
        assert!(take(&mut hour, Purpose::Other, 50, 0).is_some());
    }

    #[test]
    fn a_ceiling_of_one_lets_everybody_write() {
        for purpose in [Purpose::Owner, Purpose::Other] {
            let mut hour = WritesState::default();
            assert_eq!(take(&mut hour, purpose, 1, 0), None);
            let wait = take(&mut hour, purpose, 1, 0).unwrap();
            assert!((3_600..=3_660).contains(&wait), "{wait}");
            assert_eq!(take(&mut hour, purpose, 1, wait), None);
        }
    }

    proptest! {
        /// Against the plain list of what was written: no hour has too many, nobody is kept waiting for
        /// longer than a minute more than an hour needs, and who waits as long as was said may write.
        #[test]
        fn no_hour_has_more_than_the_ceiling(
            per_hour in 1_u32..40,
            steps in prop::collection::vec((0_i64..600, any::<bool>()), 1..300),
        ) {
            let mut hour = WritesState::default();
            let (mut now, mut written) = (0, Vec::<(i64, bool)>::new());
            let for_others = per_hour - per_hour / 5;
            for (step, owner) in steps {
                now += step;
                let purpose = if owner { Purpose::Owner } else { Purpose::Other };
                let since = |length: i64| {
                    let recent = written.iter().filter(move |(at, _)| *at > now - length);
                    let others = recent.clone().filter(|(_, owner)| !owner).count();
                    (u32::try_from(recent.count()).unwrap(), u32::try_from(others).unwrap())
                };
                match take(&mut hour, purpose, per_hour, now) {
                    None => {
                        let (all, others) = since(3_600);
                        prop_assert!(all < per_hour, "{all} before");
                        prop_assert!(owner || others < for_others, "{others} others before");
                        written.push((now, owner));
                    }
                    Some(wait) => {
                        let (all, others) = since(3_660);
                        prop_assert!(all >= per_hour || (!owner && others >= for_others));
                        prop_assert!(take(&mut hour.clone(), purpose, per_hour, now + wait).is_none());
                        prop_assert!(wait <= 3_660);
                    }
                }
                prop_assert!(hour.minutes.len() <= 61);
            }
        }
    }
}
