use std::future::Future;

use contracts::Event;
use jiff::Timestamp;
use model::Revision;

use crate::failure::Failure;

/// Whether there is time to begin with another event.
pub type TimeLeft<'a> = &'a (dyn Fn() -> bool + Send + Sync);

/// What a function does with the events of its queue, wherever it is hosted.
pub trait Handler: Send + Sync {
    /// Handles one event at this business time. It may be delivered more than once.
    ///
    /// # Errors
    /// If it was not handled and must be delivered again.
    fn handle(
        &self,
        event: &Event,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Handles a batch, and says of each event in order what became of it. One after the other,
    /// unless a function can do better, and no further one when there is no time for it.
    fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
        time_left: TimeLeft<'_>,
    ) -> impl Future<Output = Vec<Result<(), Failure>>> + Send {
        async move {
            let mut results = Vec::with_capacity(events.len());
            for (event, now) in events {
                results.push(if results.is_empty() || time_left() {
                    self.handle(event, *now).await
                } else {
                    Err(Failure::out_of_time())
                });
            }
            results
        }
    }

    /// The revision of the model by which it decides; none if it decides nothing by the model.
    fn revision(&self) -> Option<&Revision>;
}
