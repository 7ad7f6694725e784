use store::StoreError;

use crate::{
    bucket::BucketError, bus::BusError, crm::CrmError, cycle::CycleError, secrets::SecretError,
};

/// Why a message was not handled. It goes back to its queue in any case; what is final reaches the
/// dead-letter queue when its deliveries are used up, and is logged as an error at once.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The same message may succeed later.
    #[error("{0}")]
    Later(String),
    /// It will not succeed until somebody corrects something.
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
        Self::new(&error, error.is_retryable())
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
            BucketError::Cycle(error) => error.into(),
        }
    }
}

impl From<BusError> for Failure {
    fn from(error: BusError) -> Self {
        Self::new(&error, !matches!(error, BusError::Malformed(_)))
    }
}

impl From<CrmError> for Failure {
    fn from(error: CrmError) -> Self {
        Self::new(&error, error.is_retryable())
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::Later(error.to_string())
    }
}
