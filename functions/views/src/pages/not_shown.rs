use engine::{BusError, LinkError};
use store::StoreError;

use crate::{refused::Refused, sign_in::NotSignedIn};

/// Why a page is not shown to somebody who is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotShown {
    #[error(transparent)]
    NotSignedIn(#[from] NotSignedIn),
    #[error("A page is opened with GET, and its form is sent with POST.")]
    Method,
    #[error("This is not yours to see: {0}.")]
    NotTheirs(&'static str),
    #[error("Fairlead knows no such record.")]
    NoRecord,
    #[error("The model has no such number, or it is not yours to see.")]
    NoNumber,
    #[error(
        "The form was not sent as the page shows it. Open the page again, and press its button."
    )]
    Form,
    #[error(transparent)]
    NotAnswered(#[from] Refused),
    #[error("It cannot be taken: {0}.")]
    NotTaken(String),
    #[error("Fairlead cannot answer now. Please try again in a few minutes.")]
    Store(#[from] StoreError),
    #[error("Fairlead could not take this down. Please try again in a few minutes.")]
    Bus(#[from] BusError),
    #[error("The pool cannot be counted: {0}.")]
    Pool(String),
}

impl From<LinkError> for NotShown {
    fn from(why: LinkError) -> Self {
        Self::NotSignedIn(NotSignedIn::Key(why))
    }
}

impl NotShown {
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::NotSignedIn(why) => why.status(),
            Self::NotAnswered(why) => why.status(),
            Self::Method => 405,
            Self::NotTheirs(_) => 403,
            Self::NoRecord | Self::NoNumber => 404,
            Self::Form => 400,
            Self::NotTaken(_) => 409,
            Self::Store(_) | Self::Bus(_) => 503,
            Self::Pool(_) => 500,
        }
    }

    /// Why, for the log, which names nobody.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::NotSignedIn(why) => why.cause(),
            Self::NotAnswered(why) => why.cause(),
            Self::Store(why) => why.to_string(),
            Self::Bus(why) => why.to_string(),
            Self::NotTaken(_) => "it cannot be taken".to_owned(),
            other => other.to_string(),
        }
    }
}
