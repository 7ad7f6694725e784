use engine::{BusError, LinkError};
use store::StoreError;

use crate::question::sentence;

/// Why a link is not served. What people read names no cause that is ours alone to mend.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("A page is opened with GET, and its form is sent with POST.")]
    Method,
    #[error("{}", link(.0))]
    Link(#[from] LinkError),
    #[error("This link is too old. A newer mail has one that works.")]
    Expired,
    #[error("This link was revoked. Ask whoever runs Fairlead if you do not know why.")]
    Revoked,
    #[error("Fairlead knows no such record any more.")]
    NoRecord,
    #[error("You get no such digest any more. A newer mail has a link that works.")]
    NoDigest,
    #[error(
        "The record is not yours, nor of anybody who reports to you, or you have left. It was so when this link was sent."
    )]
    NoRight,
    #[error("This is not yours to answer: {0}.")]
    NotTheirs(String),
    #[error("Say in a few words why: it is kept, and told to whom it concerns. Open it again.")]
    NoReason,
    #[error("Say until which day it counts. Open it again, and choose one.")]
    NoDay,
    #[error("{0} Open it again.")]
    NotSo(String),
    #[error("The form was not sent as the page shows it. Open it again, and press its button.")]
    Form,
    #[error("The page was shown too long ago. Open it again, and press its button.")]
    Stale,
    #[error("Fairlead cannot answer now. Please try again in a few minutes.")]
    Store(#[from] StoreError),
    #[error("Fairlead could not take this down. Please try again in a few minutes.")]
    Bus(#[from] BusError),
}

impl Refused {
    /// The status of the answer.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::Method => 405,
            Self::Link(LinkError::Refused(_)) | Self::NoRight | Self::NotTheirs(_) => 403,
            Self::Link(LinkError::Unreadable(_)) | Self::Expired | Self::Revoked => 410,
            Self::NoRecord | Self::NoDigest => 404,
            Self::Form | Self::NoReason | Self::NoDay | Self::NotSo(_) | Self::Stale => 400,
            Self::Link(LinkError::Secret(_)) | Self::Store(_) | Self::Bus(_) => 503,
        }
    }

    /// Why, for the log.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Link(error) => error.to_string(),
            Self::Store(error) => error.to_string(),
            Self::Bus(error) => error.to_string(),
            // Its words name people, and no log does.
            Self::NotTheirs(_) => "it is not theirs to answer".to_owned(),
            Self::NotSo(_) => "it would not be granted so".to_owned(),
            other => other.to_string(),
        }
    }
}

/// Why a link is refused, as people read it. What is wrong with our secret is for the log.
fn link(error: &LinkError) -> String {
    match error {
        LinkError::Refused(_) | LinkError::Unreadable(_) => sentence(&error.to_string()),
        LinkError::Secret(_) => {
            "Fairlead cannot check links now. Please try again in a few minutes.".to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_names_nobody_who_has_the_right() {
        let refused = Refused::NotTheirs("Carla Reyes (carla) has it".to_owned());
        assert!(!refused.cause().contains("Carla"), "{}", refused.cause());
        assert!(refused.to_string().contains("Carla"));
    }
}
