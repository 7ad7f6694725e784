//! How long the run of a clock took until it was met, in the time by which it was counted.

use business_time::TimeOff;
use contracts::state::{Clock, ClockStatus};

use crate::{clocks::left_when_met, rules::Rules};

/// In how many parts what lies between a length and its double is told apart.
const PARTS: i64 = 32;

const MINUTE: i64 = 60;

/// An hour, up to which every minute is told apart.
const FINE: i64 = 60 * MINUTE;

/// In seconds, as it is kept; inside, none if the run is late and not met; outside, if it tells nothing.
///
/// That is open time of the run's calendar without the time off of its owner until it was due, or the wall clock's, without
/// what it stood still.
pub(super) fn took(rules: &Rules, run: &Clock) -> Option<Option<i64>> {
    let met = match run.status {
        ClockStatus::MetInTime | ClockStatus::MetLate => run.met?,
        ClockStatus::Late => return Some(None),
        ClockStatus::Running | ClockStatus::Paused | ClockStatus::Cancelled => return None,
    };
    let kept = run.kept.as_ref()?;
    let off: Vec<TimeOff> = run
        .time_off
        .iter()
        .flatten()
        .map(|span| TimeOff {
            from: span.from,
            to: span.to,
        })
        .collect();
    let calendar = rules.calendar(&run.calendar)?.with_time_off(&off);
    let left = left_when_met(&calendar, run, kept, met);
    Some(Some(rounded(kept.seconds.saturating_sub(left).max(0))))
}

/// A length as it is kept: to the minute up to an hour, and beyond to a thirtieth of itself or better. So a metric has a few
/// hundred different ones at most, however many runs there are.
fn rounded(seconds: i64) -> i64 {
    let step = if seconds < FINE {
        MINUTE
    } else {
        let doublings = (seconds / FINE).ilog2();
        (FINE << doublings) / PARTS
    };
    seconds.saturating_add(step / 2) / step * step
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn minutes_are_told_apart_up_to_an_hour() {
        for (seconds, kept) in [(0, 0), (29, 0), (30, 60), (1_260, 1_260), (3_570, 3_600)] {
            assert_eq!(rounded(seconds), kept, "{seconds}");
        }
    }

    proptest! {
        #[test]
        fn what_is_kept_is_near_and_in_order(one in 0_i64..10_000_000, other in 0_i64..10_000_000) {
            let near = |it: i64| (rounded(it) - it).abs() <= (it / 30).max(30);
            prop_assert!(near(one) && near(other));
            prop_assert!((one <= other) <= (rounded(one) <= rounded(other)));
        }
    }

    #[test]
    fn there_are_few_different_ones() {
        let month = 30 * 24 * 3_600;
        let all: std::collections::BTreeSet<i64> = (0..month).step_by(30).map(rounded).collect();
        assert!(all.len() < 400, "{}", all.len());
    }
}
