use engine::{LinkError, SecretError};

/// Why nobody is signed in.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotSignedIn {
    #[error(
        "Signing in is switched off here. Whoever runs Fairlead switches it on by the parameters SignInIssuer, SignInClient and SignInSecretName of the stack; README.md says how."
    )]
    Off,
    #[error(
        "You were not signed in: this was begun too long ago, or in another browser. Begin again."
    )]
    NotBegun,
    #[error("You were not signed in: the provider says {0}.")]
    Refused(String),
    #[error(
        "Signing in does not work now. Whoever runs Fairlead finds the reason in the log of views."
    )]
    Provider(String),
    #[error("Your provider has not verified your mail address, so it does not count here.")]
    Unverified,
    #[error(
        "You are signed in at your provider, but the operating model has nobody with your mail address. Ask whoever keeps people.yaml."
    )]
    Unknown,
    #[error(
        "You are in the operating model, and not there yet or any more. Nothing is shown to you."
    )]
    NotThere,
    #[error("Fairlead cannot sign anybody in now. Please try again in a few minutes.")]
    Secret(#[from] SecretError),
    #[error("Fairlead cannot sign anybody in now. Please try again in a few minutes.")]
    Key(#[from] LinkError),
}

impl NotSignedIn {
    /// The status of the answer.
    pub(crate) const fn status(&self) -> u16 {
        match self {
            Self::Off => 404,
            Self::NotBegun => 400,
            Self::Refused(_) | Self::Unverified | Self::Unknown | Self::NotThere => 403,
            Self::Provider(_) => 502,
            Self::Secret(_) | Self::Key(_) => 503,
        }
    }

    /// Why, for the log: without what anybody sent.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Provider(why) => why.clone(),
            Self::Secret(why) => why.to_string(),
            Self::Key(why) => why.to_string(),
            Self::Refused(_) => "the provider refused".to_owned(),
            other => other.to_string(),
        }
    }
}
