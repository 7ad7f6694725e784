//! When something has changed too shortly before for the index that is counted by.

use jiff::{SignedDuration, Timestamp};

/// How long nothing must have changed before it is counted again: the index by which records are found lags behind what was
/// written.
pub const QUIET: SignedDuration = SignedDuration::from_mins(2);

/// By how much a tick can come late: for so long a message is kept.
const LATEST: SignedDuration = SignedDuration::from_hours(24);

/// Whether something has changed so shortly before a tick that the index may not show it, or since: a tick that comes late
/// looks at what is by then. What a tick far ahead has changed, which somebody told the stack, is no reason to wait.
pub(crate) fn is_just_now(changed: Timestamp, tick: Timestamp) -> bool {
    let before = tick.duration_since(changed);
    before < QUIET && before > -LATEST
}
