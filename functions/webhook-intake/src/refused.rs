use engine::{
    BusError, SecretError,
    webhooks::{BodyError, Refusal},
};

/// Why a webhook was not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error(
        "no source of this name sends webhooks here: the address ends with the source's name in technology.yaml"
    )]
    NoSuchSource,
    #[error("{0}")]
    Signature(Refusal),
    /// Everything about the request is right but its signature: it may be the CRM, which signs with a secret that
    /// we do not have yet. The CRM sends it again upon 5xx and 429, and upon no other 4xx.
    #[error(
        "{0}; send it again: if the secret was changed, it is not here yet (client_secret of the source's secret)"
    )]
    SignedOtherwise(String),
    #[error("{0}")]
    Body(#[from] BodyError),
    #[error("the body is marked as base64 and is not")]
    NotBase64,
    #[error("these events belong to another portal; this address takes only those of its own")]
    AnotherPortal,
    #[error(
        "no behaviour is taken here: give the name of the secret that signs it (BehaviourSecretName of the template), \
         and `behaviours` in technology.yaml"
    )]
    NoBehaviour,
    #[error("{0}")]
    Unsigned(signatures::Refusal),
    #[error(
        "send application/cloudevents+json, or application/cloudevents-batch+json for up to 100 at a time"
    )]
    NoCloudEvents,
    #[error(
        "one event is a JSON object, and a batch a JSON array of them: the body is not as its type says"
    )]
    NotAsItsTypeSays,
    #[error("not every event was accepted; send it again")]
    Bus(#[from] BusError),
    #[error("the signature cannot be checked now; send it again")]
    Secret(#[from] SecretError),
}

impl Refused {
    /// The status of the answer.
    pub(crate) fn status(&self) -> u16 {
        match self {
            Self::NoSuchSource | Self::NoBehaviour => 404,
            Self::Signature(_) | Self::Unsigned(_) => 401,
            Self::NoCloudEvents => 415,
            Self::AnotherPortal => 403,
            Self::Body(BodyError::TooLarge { .. } | BodyError::TooManyEvents { .. }) => 413,
            Self::Body(_) | Self::NotBase64 | Self::NotAsItsTypeSays => 400,
            Self::Bus(_) | Self::Secret(_) | Self::SignedOtherwise(_) => 503,
        }
    }
}
