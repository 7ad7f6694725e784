//! A function stops before its host stops it, and gives the rest of its batch back.

use std::{pin::pin, time::Duration};

use contracts::Event;
use futures_util::future::{Either, select};
use jiff::{SignedDuration, Timestamp};

use crate::{clock::Clock, failure::Failure, handler::Handler};

/// How long before its host stops it a function stops itself: time to say of each message what becomes of it.
/// Where the queue or the table is slower than that, its messages come again when the queue's own time is over.
pub const MARGIN: SignedDuration = SignedDuration::from_secs(2);

/// What must be left to begin with another event: one try of a call of a CRM at its longest, which is eight
/// seconds, and a commit.
const ENOUGH: SignedDuration = SignedDuration::from_secs(10);

/// After how long what was broken off comes again.
const BROKEN_OFF: Duration = Duration::from_secs(30);

/// What became of a batch.
#[derive(Debug)]
pub struct Handled {
    /// Of each event, in order.
    pub results: Vec<Result<(), Failure>>,
    /// Whether it was broken off in the middle of something, which may be done or not.
    pub broken_off: bool,
}

/// Handles a batch `until` the host stops the function, by the machine's clock. Nothing is begun for which the
/// time does not last, and what is begun is broken off a little before: whatever a handler does may be done
/// again.
pub async fn handle_until<H: Handler, C: Clock>(
    handler: &H,
    clock: &C,
    events: &[(Event, Timestamp)],
    until: Timestamp,
) -> Handled {
    let ends = until.checked_sub(MARGIN).unwrap_or(until);
    let left = || ends.duration_since(clock.now());
    let time_left = || left() >= ENOUGH;
    let handling = pin!(handler.handle_batch(events, &time_left));
    let alarm = pin!(clock.sleep(Duration::try_from(left()).unwrap_or_default()));
    match select(handling, alarm).await {
        Either::Left((results, _)) => Handled {
            results,
            broken_off: false,
        },
        Either::Right(((), _)) => {
            let why = "the function's time was up before it was done";
            let failure = Failure::waits(why, BROKEN_OFF);
            Handled {
                results: vec![Err(failure); events.len()],
                broken_off: true,
            }
        }
    }
}
