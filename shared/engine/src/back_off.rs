//! How long a lost race or a throttled table is waited for.
//!
//! The waits double and have a random part, or else those who lost together would race together
//! again (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015). Randomness is an
//! argument here too: it is taken from what is being decided, and from the machine's time.

use std::time::Duration;

use jiff::Timestamp;

/// The first wait after a lost race: long enough for the winner to finish.
const CONFLICT: Duration = Duration::from_millis(5);
/// The longest: short enough for twelve attempts within a function's time.
const LONGEST_CONFLICT: Duration = Duration::from_millis(160);
/// The first wait when the table throttles: racing on would only make it worse.
const THROTTLED: Duration = Duration::from_millis(50);
/// The longest.
const LONGEST_THROTTLED: Duration = Duration::from_secs(1);

/// The wait after the `lost`th race in a row, from 1.
pub(crate) fn after_conflict(lost: u32, what: &str, now: Timestamp) -> Duration {
    jittered(doubled(CONFLICT, LONGEST_CONFLICT, lost), what, lost, now)
}

/// The wait after the table throttled for the `times`th time in a row, from 1.
pub(crate) fn after_throttling(times: u32, what: &str, now: Timestamp) -> Duration {
    let wait = doubled(THROTTLED, LONGEST_THROTTLED, times);
    jittered(wait, what, times, now)
}

pub(crate) fn doubled(first: Duration, longest: Duration, times: u32) -> Duration {
    let factor = 2_u32.saturating_pow(times.saturating_sub(1));
    first.saturating_mul(factor).min(longest)
}

/// Between half of a wait and the whole of it.
fn jittered(wait: Duration, what: &str, times: u32, now: Timestamp) -> Duration {
    let half = wait / 2;
    half.saturating_add(part_of(half, what, times, now))
}

/// Some part of a length, so that those who wait for the same do not come back together.
pub(crate) fn part_of(length: Duration, what: &str, times: u32, now: Timestamp) -> Duration {
    // FNV-1a; not for secrecy, only to spread.
    let seed = what.bytes().chain(times.to_be_bytes());
    let seed = seed.chain(now.as_nanosecond().to_be_bytes());
    let hash = seed.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let part = u32::try_from(hash >> 40).unwrap_or(0) % 1_000;
    length.saturating_mul(part) / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest_and_differ() {
        let now = Timestamp::UNIX_EPOCH;
        for (lost, most) in [
            (1, 5),
            (2, 10),
            (3, 20),
            (6, 160),
            (12, 160),
            (u32::MAX, 160),
        ] {
            let wait = after_conflict(lost, "lead", now);
            let most = Duration::from_millis(most);
            assert!(wait >= most / 2 && wait <= most, "{lost}: {wait:?}");
        }
        let waits: std::collections::BTreeSet<Duration> = ["a", "b", "c", "d"]
            .into_iter()
            .map(|what| after_throttling(3, what, now))
            .collect();
        assert!(waits.len() > 2, "{waits:?}");
    }
}
