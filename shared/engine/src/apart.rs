use contracts::Event;
use jiff::Timestamp;

use crate::{
    failure::Failure,
    handler::{Handler, TimeLeft},
};

/// An event, and the business's time at which it is handled.
type Given = (Event, Timestamp);

/// The events of a batch that are decided about together: all but those that are handled by themselves.
#[must_use]
pub fn together(events: &[Given], by_itself: fn(&Event) -> bool) -> Vec<Given> {
    let together = events.iter().filter(|(event, _)| !by_itself(event));
    together.cloned().collect()
}

/// Handles what is handled by itself, after the others of its batch, of which this came; and says what came
/// of each event, in their order. No further one is begun when there is no time for it.
pub async fn then_apart<H: Handler>(
    handler: &H,
    events: &[Given],
    by_itself: fn(&Event) -> bool,
    decided: Vec<Result<(), Failure>>,
    time_left: TimeLeft<'_>,
) -> Vec<Result<(), Failure>> {
    let mut decided = decided.into_iter();
    let mut results = Vec::with_capacity(events.len());
    for (event, now) in events {
        results.push(if !by_itself(event) {
            decided
                .next()
                .unwrap_or_else(|| Err(Failure::out_of_time()))
        } else if events.len() == 1 || time_left() {
            handler.handle(event, *now).await
        } else {
            Err(Failure::out_of_time())
        });
    }
    results
}
