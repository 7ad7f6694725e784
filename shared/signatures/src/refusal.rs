/// Why a request is not believed to come from the vendor. No message repeats the secret, the
/// signature or the body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// We hold no secret, or an empty one: anybody could sign with it.
    #[error("the request cannot be checked: the secret is empty; set it in the secret store")]
    NoSecret,
    /// A header that the scheme needs is not there, or is empty.
    #[error("the header `{0}` is missing, so the request cannot be checked")]
    Missing(&'static str),
    /// The time is not a whole number.
    #[error("the header `{0}` does not hold a whole number, so the request's age is unknown")]
    NotANumber(&'static str),
    /// The request is older than the scheme allows: it may be a recording played again.
    #[error(
        "the request was signed {age_seconds} s ago, more than the {limit_seconds} s allowed: \
         it is late, or a recording played again"
    )]
    Stale {
        /// Its age in whole seconds.
        age_seconds: i64,
        /// The greatest age allowed, in seconds.
        limit_seconds: i64,
    },
    /// The request is dated further ahead than clocks may differ.
    #[error(
        "the request is dated {ahead_seconds} s ahead, more than the {limit_seconds} s by which \
         clocks may differ: compare the two clocks"
    )]
    Ahead {
        /// How far ahead, in whole seconds.
        ahead_seconds: i64,
        /// The greatest lead allowed, in seconds.
        limit_seconds: i64,
    },
    /// The signature is not the one we compute.
    #[error(
        "the signature does not match: the body, the address or the secret differs from what \
         the sender signed"
    )]
    Mismatch,
    /// The sender names a version of the scheme that we do not know.
    #[error("the signature version `{0}` is not supported: v1, v2 and v3 are")]
    UnsupportedVersion(String),
}

impl Refusal {
    /// A short word for counting refusals.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Self::NoSecret => "no_secret",
            Self::Missing(_) => "missing",
            Self::NotANumber(_) => "not_a_number",
            Self::Stale { .. } => "stale",
            Self::Ahead { .. } => "ahead",
            Self::Mismatch => "mismatch",
            Self::UnsupportedVersion(_) => "unsupported_version",
        }
    }
}

/// Refuses a time that is too old or too far ahead. All times in milliseconds, limits in seconds.
///
/// # Errors
/// [`Refusal::Stale`] or [`Refusal::Ahead`].
pub fn check_age(
    signed_ms: i64,
    now_ms: i64,
    oldest_seconds: i64,
    ahead_seconds: i64,
) -> Result<(), Refusal> {
    let age_ms = now_ms.saturating_sub(signed_ms);
    if age_ms > oldest_seconds.saturating_mul(1000) {
        return Err(Refusal::Stale {
            age_seconds: age_ms / 1000,
            limit_seconds: oldest_seconds,
        });
    }
    if age_ms < ahead_seconds.saturating_mul(-1000) {
        return Err(Refusal::Ahead {
            ahead_seconds: age_ms.saturating_neg() / 1000,
            limit_seconds: ahead_seconds,
        });
    }
    Ok(())
}
