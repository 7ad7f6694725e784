//! The writes of the last hour, minute by minute: however they are bunched, no hour, wherever it begins,
//! has more than the ceiling, as long as the machines' clocks agree to the minute. A minute counts whole until
//! an hour after its end, so the bound holds to the minute and errs by less than one.

use std::time::Duration;

use contracts::state::{MinuteOfWrites, WritesState};
use jiff::{SignedDuration, Timestamp};

/// What a write is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A record gets its owner: from a ceiling of 5 on, a fifth of the hour is kept for these.
    Owner,
    /// Anything else.
    Other,
}

/// A minute counts in the hour after its end as well.
const MINUTES: i64 = 61;

/// By how many minutes another machine's clock is believed to be ahead. A clock that was once far ahead
/// must not keep everybody from writing until its time has come.
const AHEAD: i64 = 2;

/// What counts of an hour at this time. What is said to be written later than can be was written by now.
pub(crate) fn as_it_counts(hour: WritesState, now: Timestamp) -> WritesState {
    let farthest = minute_of(now).saturating_add(AHEAD);
    let mut minutes: Vec<MinuteOfWrites> = Vec::with_capacity(hour.minutes.len());
    for one in hour.minutes {
        let minute = one.minute.min(farthest);
        if let Some(last) = minutes.last_mut().filter(|last| last.minute == minute) {
            last.owners = last.owners.saturating_add(one.owners);
            last.others = last.others.saturating_add(one.others);
        } else {
            minutes.push(MinuteOfWrites { minute, ..one });
        }
    }
    let mut hour = WritesState { minutes };
    let earliest = present(&hour, now).saturating_sub(MINUTES);
    hour.minutes.retain(|it| it.minute > earliest);
    hour
}

/// The hour with one write more, and the minute in which it is counted.
pub(crate) fn with_one_more(
    mut hour: WritesState,
    purpose: Purpose,
    now: Timestamp,
) -> (WritesState, i64) {
    let minute = present(&hour, now);
    if hour.minutes.last().is_none_or(|it| it.minute != minute) {
        hour.minutes.push(MinuteOfWrites {
            minute,
            owners: 0,
            others: 0,
        });
    }
    if let Some(last) = hour.minutes.last_mut() {
        let count = counter(last, purpose);
        *count = count.saturating_add(1);
    }
    (hour, minute)
}

/// The hour with one write less in the minute in which it was counted; or in the last before it that has
/// one, if a clock that was far ahead has moved it there.
pub(crate) fn with_one_less(mut hour: WritesState, purpose: Purpose, minute: i64) -> WritesState {
    let has_one = |it: &MinuteOfWrites| {
        let count = match purpose {
            Purpose::Owner => it.owners,
            Purpose::Other => it.others,
        };
        it.minute <= minute && count > 0
    };
    let last = hour.minutes.iter().rposition(has_one);
    if let Some(one) = last.and_then(|index| hour.minutes.get_mut(index)) {
        let count = counter(one, purpose);
        *count = count.saturating_sub(1);
    }
    hour.minutes.retain(|it| it.owners > 0 || it.others > 0);
    hour
}

/// After how long there is room for a write in what counts of an hour now; none if there is now. Where
/// not even an empty hour has room, it is looked at again when this one is over.
pub(crate) fn wait_for_room(
    hour: &WritesState,
    purpose: Purpose,
    per_hour: u32,
    now: Timestamp,
) -> Option<Duration> {
    let free = first_free(hour, purpose, per_hour, present(hour, now))?;
    let free = Timestamp::from_second(free.saturating_mul(60)).unwrap_or(now);
    let wait = free.duration_since(now).max(SignedDuration::from_secs(1));
    Some(wait.unsigned_abs())
}

/// The minute in which there is room; none if there is now.
fn first_free(hour: &WritesState, purpose: Purpose, per_hour: u32, minute: i64) -> Option<i64> {
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
    for gone in &hour.minutes {
        owners = owners.saturating_sub(gone.owners.into());
        others = others.saturating_sub(gone.others.into());
        if has_room(owners, others) {
            return Some(gone.minute.saturating_add(MINUTES));
        }
    }
    Some(minute.saturating_add(MINUTES))
}

fn minute_of(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// The minute into which is written now. A machine whose clock is behind writes into the latest that is
/// known.
fn present(hour: &WritesState, now: Timestamp) -> i64 {
    let latest = hour.minutes.last().map_or(i64::MIN, |it| it.minute);
    minute_of(now).max(latest)
}

const fn counter(minute: &mut MinuteOfWrites, purpose: Purpose) -> &mut u32 {
    match purpose {
        Purpose::Owner => &mut minute.owners,
        Purpose::Other => &mut minute.others,
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_795_000_000 + seconds).unwrap()
    }

    fn take(hour: &mut WritesState, purpose: Purpose, per_hour: u32, seconds: i64) -> Option<i64> {
        let counts = as_it_counts(hour.clone(), at(seconds));
        match wait_for_room(&counts, purpose, per_hour, at(seconds)) {
            None => {
                *hour = with_one_more(counts, purpose, at(seconds)).0;
                None
            }
            Some(wait) => Some(i64::try_from(wait.as_secs()).unwrap()),
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

    /// No model can say it, and a mistake must not let everything through.
    #[test]
    fn a_ceiling_of_nothing_is_no_room() {
        for purpose in [Purpose::Owner, Purpose::Other] {
            let mut hour = WritesState::default();
            let wait = take(&mut hour, purpose, 0, 0).unwrap();
            assert!((3_600..=3_660).contains(&wait), "{wait}");
            assert_eq!(hour, WritesState::default());
        }
    }

    #[test]
    fn what_is_given_back_is_there_again() {
        let mut hour = WritesState::default();
        for second in [0, 120] {
            assert_eq!(take(&mut hour, Purpose::Other, 2, second), None);
        }
        assert!(take(&mut hour, Purpose::Other, 2, 120).is_some());
        let earlier = hour.minutes[0].minute;
        // Nothing is taken from others, nor from a later minute.
        assert_eq!(
            with_one_less(hour.clone(), Purpose::Owner, earlier + 60),
            hour
        );
        assert_eq!(
            with_one_less(hour.clone(), Purpose::Other, earlier - 1),
            hour
        );
        let given_back = with_one_less(hour.clone(), Purpose::Other, earlier);
        assert_eq!(given_back.minutes, hour.minutes[1..]);
        hour = given_back;
        assert_eq!(take(&mut hour, Purpose::Other, 2, 120), None);
    }

    /// A machine whose clock was ten hours ahead has used up the hour: the others wait for an hour and not
    /// for ten, and what it did not do is found where it is counted now.
    #[test]
    fn a_clock_that_was_far_ahead_blocks_nobody_for_longer_than_an_hour() {
        let mut hour = WritesState::default();
        let ahead = 36_000;
        for _ in 0..3 {
            assert_eq!(take(&mut hour, Purpose::Owner, 3, ahead), None);
        }
        let taken = hour.minutes[0].minute;
        hour = as_it_counts(hour, at(0));
        assert_eq!(hour.minutes.len(), 1);
        assert_eq!(hour.minutes[0].minute, minute_of(at(0)) + AHEAD);
        let wait = take(&mut hour, Purpose::Owner, 3, 0).unwrap();
        assert!((3_600..=3_660 + 60 * AHEAD).contains(&wait), "{wait}");
        assert_eq!(take(&mut hour.clone(), Purpose::Owner, 3, wait), None);

        hour = with_one_less(hour, Purpose::Owner, taken);
        assert_eq!(hour.minutes[0].owners, 2);
        assert_eq!(take(&mut hour, Purpose::Owner, 3, 0), None);
    }

    proptest! {
        /// Against the plain list of what was written: no hour has too many, nobody is kept waiting for
        /// longer than a minute more than an hour needs, and who waits as long as was said may write; also
        /// where a part of it is given back.
        #[test]
        fn no_hour_has_more_than_the_ceiling(
            per_hour in 1_u32..40,
            steps in prop::collection::vec((0_i64..600, any::<bool>(), 0_u8..4), 1..300),
        ) {
            let mut hour = WritesState::default();
            let (mut now, mut written) = (0, Vec::<(i64, bool)>::new());
            let mut in_vain = None;
            let for_others = per_hour - per_hour / 5;
            for (step, owner, fate) in steps {
                now += step;
                // The write before did nothing, which is known by now.
                if let Some((purpose, minute)) = in_vain.take() {
                    hour = with_one_less(as_it_counts(hour, at(now)), purpose, minute);
                    written.pop();
                }
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
                        if fate == 0 {
                            in_vain = Some((purpose, minute_of(at(now))));
                        }
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
