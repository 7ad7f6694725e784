use std::{future::Future, sync::Arc, time::Duration};

/// The one token bucket in front of the CRM. All functions that call the CRM share it, so that
/// together they stay below the CRM's rate limit.
pub trait Budget: Send + Sync {
    /// Takes one request out of the bucket; if it is empty, says how long to wait for the next.
    fn take(&self) -> impl Future<Output = Result<(), Duration>> + Send;
}

/// No limit. For tests, and for a CRM that has none.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unlimited;

impl Budget for Unlimited {
    async fn take(&self) -> Result<(), Duration> {
        Ok(())
    }
}

impl<B: Budget> Budget for Arc<B> {
    fn take(&self) -> impl Future<Output = Result<(), Duration>> + Send {
        self.as_ref().take()
    }
}
