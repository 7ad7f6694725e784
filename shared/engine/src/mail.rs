use std::future::Future;

use contracts::EventId;

/// Where mails go.
pub trait Mail: Send + Sync {
    /// Sends one mail.
    ///
    /// # Errors
    /// If it was not taken, now or ever.
    fn send(&self, mail: &MailMessage) -> impl Future<Output = Result<(), MailError>> + Send;
}

/// One mail. It may hold personal values: it goes to the mail service and nowhere else.
#[derive(Clone, PartialEq, Eq)]
pub struct MailMessage {
    /// The recipient's address.
    pub to: String,
    /// The subject, one line.
    pub subject: String,
    /// The text for readers without HTML.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The events that it tells of, of which none is repeated.
    pub tells: Vec<EventId>,
}

impl std::fmt::Debug for MailMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailMessage").finish_non_exhaustive()
    }
}

/// Why a mail was not sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// The mail service did not answer, or asks us to slow down.
    #[error("the mail service did not take the mail: {0}; try again later")]
    Unavailable(String),
    /// The mail service refuses this mail; trying again will not help.
    #[error("the mail service refuses the mail: {0}")]
    Refused(String),
}

impl<M: Mail> Mail for std::sync::Arc<M> {
    fn send(&self, mail: &MailMessage) -> impl Future<Output = Result<(), MailError>> + Send {
        self.as_ref().send(mail)
    }
}
