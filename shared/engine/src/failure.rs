use std::time::Duration;

use jiff::Timestamp;
use store::StoreError;

use crate::{
    bucket::BucketError, bus::BusError, crm::CrmError, cycle::CycleError, secrets::SecretError,
};

/// Why a message was not handled, by what follows from it: [`crate::retry`] says what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Nothing went wrong, and something else comes first: another delivery is at it, the CRM does
    /// not show the record yet, the writes of the hour are used up. It comes again, and is not counted.
    #[error("{why}")]
    Waits {
        /// What it waits for.
        why: String,
        /// After how long that may be over.
        wait: Duration,
        /// After how long it is over in any case, if that is known.
        left: Option<Duration>,
    },
    /// What it needs is there for nobody now (the CRM, the table, the bus, mail): it says nothing of
    /// this message. It comes again, for a day, and is not counted.
    #[error("{why}")]
    Everybody {
        /// What is not there.
        why: String,
        /// How long we were asked to wait, if we were.
        wait: Option<Duration>,
    },
    /// This message failed, and may pass. It comes again, and is counted.
    #[error("{0}")]
    Itself(String),
    /// No repetition helps: it is unreadable, or the mistake is ours.
    #[error("{0}")]
    Final(String),
}

impl Failure {
    /// That something else comes first, which may be over after so long.
    #[must_use]
    pub fn waits(why: impl Into<String>, wait: Duration) -> Self {
        Self::Waits {
            why: why.into(),
            wait,
            left: None,
        }
    }

    /// That the function's time was up before the message's turn came.
    #[must_use]
    pub fn out_of_time() -> Self {
        let why = "the function's time was up before its turn came";
        Self::waits(why, Duration::ZERO)
    }

    /// That another delivery of the same event is at it until an instant.
    #[must_use]
    pub fn busy(until: Timestamp, now: Timestamp) -> Self {
        let left = Duration::try_from(until.duration_since(now));
        Self::waits(
            format!("another delivery of this event is at it until {until}"),
            left.unwrap_or_default(),
        )
    }

    /// That something is there for nobody now.
    #[must_use]
    pub fn everybody(why: impl ToString) -> Self {
        Self::Everybody {
            why: why.to_string(),
            wait: None,
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Throttled(_) | StoreError::Closed(_) => {
                Self::everybody(error)
            }
            StoreError::Malformed(..) | StoreError::Refused(_) | StoreError::NotNamed(_) => {
                Self::Final(error.to_string())
            }
        }
    }
}

impl From<CycleError> for Failure {
    fn from(error: CycleError) -> Self {
        match error {
            // So many lost races mean that many are at the same item: it is the load, not the message.
            CycleError::Outrun(_) => Self::everybody(error),
            CycleError::OutOfTime => Self::out_of_time(),
            CycleError::Store(error) => error.into(),
        }
    }
}

impl From<BucketError> for Failure {
    fn from(error: BucketError) -> Self {
        match error {
            BucketError::Wait(wait) => Self::waits(error.to_string(), wait),
            BucketError::Cycle(error) => error.into(),
        }
    }
}

impl From<BusError> for Failure {
    fn from(error: BusError) -> Self {
        match error {
            BusError::Unavailable(_) | BusError::Refused { .. } => Self::everybody(error),
            BusError::Malformed(_) => Self::Final(error.to_string()),
        }
    }
}

impl From<CrmError> for Failure {
    fn from(error: CrmError) -> Self {
        match error {
            CrmError::RateLimited { .. }
            | CrmError::Unavailable { .. }
            | CrmError::Unauthorized
            | CrmError::Setup(_) => Self::Everybody {
                wait: error.retry_after(),
                why: error.to_string(),
            },
            // A reader cannot take these for an outcome, and tomorrow the CRM may answer better.
            CrmError::NotFound | CrmError::Refused { .. } | CrmError::Malformed { .. } => {
                Self::Itself(error.to_string())
            }
            CrmError::Unsupported(_) => Self::Final(error.to_string()),
        }
    }
}

impl From<SecretError> for Failure {
    fn from(error: SecretError) -> Self {
        Self::everybody(error)
    }
}
