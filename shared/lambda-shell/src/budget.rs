use std::time::Duration;

use crm_client::Budget;
use jiff::Timestamp;
use store::{BucketError, Refill, Store, take_token};

/// How long a call waits for a token before its message goes back to the queue.
const PATIENCE: Duration = Duration::from_secs(2);

/// HubSpot lets an app make 100 requests in ten seconds and account (its usage guidelines). One
/// every 110 ms keeps a tenth in reserve; a burst of 20 lets a short rush through at once.
const HUBSPOT: Refill = Refill {
    every_ms: 110,
    burst: 20,
};

/// The one token bucket of a CRM, in the table, shared by every function that calls it.
#[derive(Debug, Clone)]
pub struct CrmBudget<S> {
    store: S,
    source: String,
}

impl<S: Store> CrmBudget<S> {
    /// The bucket of a source.
    #[must_use]
    pub const fn new(store: S, source: String) -> Self {
        Self { store, source }
    }
}

impl<S: Store> Budget for CrmBudget<S> {
    async fn take(&self) -> Result<(), Duration> {
        let mut waited = Duration::ZERO;
        loop {
            let wait = match take_token(&self.store, &self.source, HUBSPOT, Timestamp::now()).await
            {
                Ok(()) => return Ok(()),
                Err(BucketError::Wait(wait)) => wait,
                // Without the table there is no count; the CRM's own 429 still guards it, and the
                // message would not be recorded anyway.
                Err(BucketError::Store(_)) => return Err(PATIENCE),
            };
            waited = waited.saturating_add(wait);
            if waited > PATIENCE {
                return Err(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }
}
