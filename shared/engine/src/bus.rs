use std::future::Future;

use contracts::Event;

/// Puts events on the bus.
pub trait Bus: Send + Sync {
    /// Puts these events on the bus, each at least once.
    ///
    /// # Errors
    /// If not every one of them was accepted. Whoever told of them must then tell again of all: the
    /// same events have the same ids, so who got one already will know it.
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), BusError>> + Send;
}

/// Why events were not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The bus did not answer.
    #[error("the event bus did not answer: {0}; try again later")]
    Unavailable(String),
    /// It took only some of them.
    #[error("the event bus refused {count} of {of} events: {why}")]
    Refused {
        /// How many it refused.
        count: usize,
        /// Of how many.
        of: usize,
        /// Why it refused the first.
        why: String,
    },
    /// An event cannot be written as JSON.
    #[error("an event cannot be written: {0}")]
    Malformed(String),
}

impl<B: Bus> Bus for std::sync::Arc<B> {
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), BusError>> + Send {
        self.as_ref().publish(events)
    }
}
