use std::future::Future;

use aws::{Mail, MailError, Mailer};

/// Where mails go.
pub trait Outbox: Send + Sync {
    /// Sends a mail.
    ///
    /// # Errors
    /// If it was not taken, now or ever.
    fn send(&self, mail: &Mail) -> impl Future<Output = Result<(), MailError>> + Send;
}

impl Outbox for Mailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        Self::send(self, mail).await
    }
}
