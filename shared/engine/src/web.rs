use std::future::Future;

/// What is asked of other people's servers that are no CRM, and the chance that no clock can give.
pub trait Web: Send + Sync {
    /// Reads an address.
    ///
    /// # Errors
    /// If nobody answers in time, or the address is none.
    fn get(&self, url: &str) -> impl Future<Output = Result<WebAnswer, WebError>> + Send;

    /// Sends a form that is written already, as a user with a password (RFC 7617).
    ///
    /// # Errors
    /// If nobody answers in time, or the address is none.
    fn post(
        &self,
        url: &str,
        who: (&str, &str),
        form: &str,
    ) -> impl Future<Output = Result<WebAnswer, WebError>> + Send;

    /// 32 bytes that nobody can foresee.
    ///
    /// # Errors
    /// If the machine gives none.
    fn chance(&self) -> Result<[u8; 32], WebError>;
}

/// What a server answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebAnswer {
    /// The status.
    pub status: u16,
    /// The body, with whatever is no UTF-8 replaced.
    pub body: String,
}

/// Why a server was not heard. It never repeats what was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WebError(pub String);
