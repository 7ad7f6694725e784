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
