use std::future::Future;

use contracts::Event;
use jiff::Timestamp;
use model::Revision;

use crate::failure::Failure;

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
    /// unless a function can do better.
    fn handle_batch(
        &self,
        events: &[(Event, Timestamp)],
    ) -> impl Future<Output = Vec<Result<(), Failure>>> + Send {
        async move {
            let mut results = Vec::with_capacity(events.len());
            for (event, now) in events {
                results.push(self.handle(event, *now).await);
            }
            results
        }
    }

    /// The revision of the model by which it decides; none if it decides nothing by the model.
    fn revision(&self) -> Option<&Revision>;
}
