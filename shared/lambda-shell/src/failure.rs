use store::{BucketError, CycleError, StoreError};

/// Why a message was not handled. It goes back to its queue in any case; what is final reaches the
/// dead-letter queue when its deliveries are used up, and is logged as an error at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The same message may succeed later.
    #[error("{0}")]
    Later(String),
    /// It will not succeed until somebody fixes something.
    #[error("{0}")]
    Final(String),
}

impl Failure {
    /// A failure that may pass or not, as `retryable` says.
    #[must_use]
    pub fn new(why: &impl ToString, retryable: bool) -> Self {
        if retryable {
            Self::Later(why.to_string())
        } else {
            Self::Final(why.to_string())
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::new(&error, matches!(error, StoreError::Unavailable(_)))
    }
}

impl From<CycleError> for Failure {
    fn from(error: CycleError) -> Self {
        Self::new(&error, error.is_retryable())
    }
}

impl From<BucketError> for Failure {
    fn from(error: BucketError) -> Self {
        match error {
            BucketError::Wait(_) => Self::Later(error.to_string()),
            BucketError::Store(error) => error.into(),
        }
    }
}

impl From<crm_client::CrmError> for Failure {
    fn from(error: crm_client::CrmError) -> Self {
        Self::new(&error, error.is_retryable())
    }
}
