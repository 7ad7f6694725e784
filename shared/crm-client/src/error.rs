use std::time::Duration;

/// Why the CRM did not do what it was asked. No message holds a value of a record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CrmError {
    /// Too many requests, by the CRM's count or by our own budget.
    #[error("the CRM's rate limit is reached: try again in {} ms", retry_after.as_millis())]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// It does not answer, or answers that it cannot just now.
    #[error("the CRM is not available ({why}): try again later")]
    Unavailable {
        /// The status, or what happened to the connection.
        why: String,
    },
    /// The token is not accepted.
    #[error("the CRM does not accept our token: renew the access token in the secret store")]
    Unauthorized,
    /// There is no such record, or no such path.
    #[error("the CRM does not know what it was asked for: the record is gone, or never was")]
    NotFound,
    /// It understood and refuses.
    #[error("the CRM refuses the request (status {status}, {category}{}{message})", if message.is_empty() { "" } else { ": " })]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The CRM's word for the kind of error, for example `VALIDATION_ERROR`.
        category: String,
        /// The CRM's codes and the names of the properties it refuses, at most 200 characters.
        /// Its own sentences are left out, since they repeat values.
        message: String,
    },
    /// Its answer is not what its documents say.
    #[error("the CRM's answer cannot be read: {why}")]
    Malformed {
        /// What is wrong with it.
        why: String,
    },
}

impl CrmError {
    /// Whether the same request can succeed later without anybody changing anything.
    #[must_use]
    pub const fn is_retryable(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. })
    }

    /// How long to wait before the next try, where the CRM says so.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::RateLimited { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    pub(crate) fn malformed(why: impl Into<String>) -> Self {
        Self::Malformed { why: why.into() }
    }
}

/// Why a client cannot be made at all. Nothing was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The base address is none.
    #[error("`{0}` is no base address of a CRM: write it like https://api.hubapi.com")]
    Address(String),
    /// The token would cross a network in clear text.
    #[error(
        "`{0}` would carry the access token in clear text: use https (http is for this machine only)"
    )]
    ClearText(String),
    /// The token is empty or has characters that a header cannot hold.
    #[error("the access token is empty or holds characters that no token has: check the secret")]
    Token,
}
