use std::{future::Future, time::Duration};

use jiff::Timestamp;

/// The time of the machine, for what is about machines: leases, rate limits, ceilings, back-off.
///
/// The business's time is another thing, and an argument of every handler: a tick may say that it is
/// next month, and must not stop the writing until then. See [`crate::time`].
pub trait Clock: Send + Sync {
    /// What time it is.
    fn now(&self) -> Timestamp;

    /// Waits.
    fn sleep(&self, length: Duration) -> impl Future<Output = ()> + Send;
}

impl<C: Clock> Clock for std::sync::Arc<C> {
    fn now(&self) -> Timestamp {
        self.as_ref().now()
    }

    fn sleep(&self, length: Duration) -> impl Future<Output = ()> + Send {
        self.as_ref().sleep(length)
    }
}
